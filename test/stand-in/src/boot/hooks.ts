import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Log } from './log.ts'
import { splitCommands } from './split-command.ts'

const IRIS_COMMAND = fileURLToPath(new URL('../iris-command.ts', import.meta.url))

/** A hook ended with a code other than zero. */
export class HookFailed extends Error {
  override readonly name = 'HookFailed'
}

/**
 * Runs a hook to its end: through the image's shell, or where there is none by ourselves, which is enough for `iris …`.
 *
 * @throws HookFailed
 */
export async function runHook(log: Log, command: string): Promise<void> {
  log.main('INFO', `Executing command ${command}...`)
  const exitCode = await runCommand(log, command)
  if (exitCode !== 0) {
    log.main('ERROR', `Command "${command}" exited with status ${exitCode}`)
    throw new HookFailed(command)
  }
  log.main('INFO', `...executed command ${command}`)
}

async function runCommand(log: Log, command: string): Promise<number> {
  if (existsSync('/bin/sh') && existsSync('/usr/bin/iris')) return run(log, '/bin/sh', ['-c', command])
  for (const [program = '', ...args] of splitCommands(command)) {
    const exitCode = await runWithoutShell(log, program, args)
    if (exitCode !== 0) return exitCode
  }
  return 0
}

async function runWithoutShell(log: Log, program: string, args: readonly string[]): Promise<number> {
  if (program === 'true') return 0
  if (program === 'false') return 1
  if (program === 'exit') return Number(args[0] ?? 0)
  if (program === 'echo') {
    log.plain(args.join(' '))
    return 0
  }
  if (program === 'iris' || program === '/usr/bin/iris') return run(log, process.execPath, [IRIS_COMMAND, ...args])
  log.plain(`${program}: command not found`)
  return 127
}

function run(log: Log, program: string, args: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { stdio: ['ignore', 'pipe', 'pipe'] })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8')
      stream.on('data', (text: string) => log.plain(text.replace(/\n$/, '')))
    }
    child.once('error', reject)
    child.once('close', (code) => resolve(code ?? 137))
  })
}
