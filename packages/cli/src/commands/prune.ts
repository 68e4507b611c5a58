import { findPrunable, type PruneCandidate, prune as pruneContainers } from '@iris-devtester/core'
import { confirm } from '../output/confirm.ts'
import { table } from '../output/table.ts'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { accessContainers } from '../project/container-access.ts'
import { containerJson } from '../project/json-views.ts'

interface PruneInput {
  readonly reason: readonly string[]
  readonly dryRun: boolean
  readonly yes: boolean
}

/** Ends what no run uses. */
export async function prune(context: CommandContext, { reason, dryRun, yes }: PruneInput): Promise<Report> {
  const access = await accessContainers(context)
  const candidates = (await findPrunable(access)).filter((one) => reason.length === 0 || reason.includes(one.reason))
  if (candidates.length === 0) {
    const note = 'There is no container that no run uses.'
    return { json: { ended: [], dryRun }, text: '', note, exitCode: EXIT.nothing }
  }
  if (dryRun) return { json: { ended: candidates.map(candidateJson), dryRun }, text: candidateTable(candidates) }
  if (!yes) {
    if (!context.json) process.stderr.write(`${candidateTable(candidates)}\n`)
    if (!(await confirm(`End ${candidates.length} of them, with their data?`, context))) {
      throw new CliError({ code: 'DECLINED', message: 'Nothing was ended.' })
    }
  }
  const ended = await pruneContainers(access, candidates)
  return { json: { ended: ended.map(candidateJson), dryRun }, text: candidateTable(ended) }
}

function candidateJson({ container, reason }: PruneCandidate) {
  return { container: containerJson(container), reason }
}

function candidateTable(candidates: readonly PruneCandidate[]): string {
  return table(
    ['PROJECT', 'CONTAINER', 'STATE', 'WHY'],
    candidates.map(({ container, reason }) => [container.projectPath, container.name, container.state, reason]),
  )
}
