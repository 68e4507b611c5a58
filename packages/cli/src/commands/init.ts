import { existsSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { cliCommand } from '@iris-devtester/core'
import { detectRunners } from '../init/detect-runners.ts'
import { proposeEdit } from '../init/propose-edit.ts'
import { proposeMcpEdits } from '../init/propose-mcp-edits.ts'
import { packageFor, type RunnerName, type SetupEdit, type SetupTarget } from '../init/runner-setup.ts'
import { colouredDiff, diffOf } from '../init/show-diff.ts'
import { confirm } from '../output/confirm.ts'
import { style } from '../output/style.ts'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { projectPathOf } from '../project/project-path.ts'

interface InitInput {
  readonly runner: RunnerName | undefined
  readonly mcp: boolean
  readonly yes: boolean
}

/** Proposes the edit for each runner of the project, or for coding agents, and writes it on confirmation. */
export async function init(context: CommandContext, { runner, mcp, yes }: InitInput): Promise<Report> {
  const folder = await projectPathOf(context)
  const runners = mcp && runner === undefined ? [] : detectRunners(folder)
  const edits = [
    ...(mcp ? proposeMcpEdits(folder) : []),
    ...runners.filter((one) => (runner ?? one.runner) === one.runner).map(proposeEdit),
  ]
  if (edits.length === 0) throw noRunner(folder, runner)
  const changes = edits.filter(({ before, after }) => before !== after)
  const isWritten = changes.length > 0 && (yes || (!context.json && (await agree(folder, changes))))
  if (isWritten) for (const { path, after } of changes) writeFileSync(path, after)
  return {
    json: { edits: edits.map((one) => editJson(one, folder, isWritten)) },
    text: edits.map((one) => editText(one, folder, isWritten)).join('\n'),
    exitCode: changes.length === 0 ? EXIT.nothing : EXIT.done,
  }
}

async function agree(folder: string, changes: readonly SetupEdit[]): Promise<boolean> {
  for (const one of changes) process.stderr.write(`${colouredDiff(diffOf(one, relative(folder, one.path)))}\n\n`)
  if (await confirm(changes.length === 1 ? 'Write this?' : 'Write these?', { json: false })) return true
  throw new CliError({ code: 'DECLINED', message: 'Nothing was written.' })
}

function statusOf({ before, after, advice }: SetupEdit, isWritten: boolean) {
  if (advice !== undefined) return 'manual'
  if (before === after) return 'present'
  return isWritten ? 'written' : 'proposed'
}

function editJson(edit: SetupEdit, folder: string, isWritten: boolean) {
  const { runner, path, advice = null } = edit
  const diff = diffOf(edit, relative(folder, path))
  return { runner, path, status: statusOf(edit, isWritten), diff, package: packageFor(runner), advice }
}

function editText(edit: SetupEdit, folder: string, isWritten: boolean): string {
  const { runner, path, advice } = edit
  const name = relative(folder, path)
  const status = statusOf(edit, isWritten)
  if (status === 'manual') return `${style('yellow', 'by hand')}  ${name}: ${advice}`
  if (status === 'present') return `${style('dim', 'there already')}  ${name} uses ${packageFor(runner)}`
  const next = isInstalled(folder, runner)
    ? ''
    : `; now install its package: npm install --save-dev ${packageFor(runner)}`
  return `${style('green', status)}  ${name}${next}`
}

function isInstalled(folder: string, runner: SetupTarget): boolean {
  return existsSync(join(folder, 'node_modules', packageFor(runner), 'package.json'))
}

function noRunner(folder: string, runner: RunnerName | undefined): CliError {
  return new CliError({
    code: 'NO_RUNNER_FOUND',
    message: `No configuration and no dependency of ${runner ?? 'Vitest, Jest or Playwright'} was found in ${folder}.`,
    hint: `For another folder: --project <path>\nFor another runner, which needs no adapter: ${cliCommand()} run -- <command>`,
    details: { folder, runner },
  })
}
