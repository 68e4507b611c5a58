import { spawn } from 'node:child_process'
import { existsSync, statSync } from 'node:fs'
import { delimiter, join, resolve } from 'node:path'
import { cliCommand } from '@iris-devtester/core'
import { CliError } from '../program/cli-error.ts'
import { exitCodeForSignal } from '../program/exit-code.ts'
import { ENDING_SIGNALS } from '../program/interruptible.ts'

/**
 * Refuses a command that doesn't exist, before anything is started for it. On Windows the shell finds commands.
 *
 * @throws CliError `COMMAND_NOT_STARTED`
 */
export function requireCommand(program: string, env: NodeJS.ProcessEnv, platform = process.platform): void {
  if (platform === 'win32') return
  const folders = program.includes('/') ? [''] : (env.PATH ?? '').split(delimiter)
  const places = folders.map((folder) => (program.includes('/') ? resolve(program) : join(folder || '.', program)))
  // Unlike statSync, existsSync doesn't throw for a folder of PATH that may not be searched.
  if (places.some((place) => existsSync(place) && statSync(place).isFile())) return
  throw notStarted(program, Object.assign(new Error('not found'), { code: 'ENOENT' }))
}

/**
 * Runs a command with our own input and output and passes signals on to it.
 *
 * @returns its exit code, or 128 and the number of the signal that ended it.
 * @throws CliError `COMMAND_NOT_STARTED`
 */
export async function runChild(command: readonly string[], env: NodeJS.ProcessEnv): Promise<number> {
  const [program = '', ...words] = command
  const child = spawn(program, words, { stdio: 'inherit', env, shell: process.platform === 'win32' })
  const forward = (signal: NodeJS.Signals) => {
    // A terminal's Ctrl-C goes to the whole group: sent twice, it would mean "at once" to most runners.
    if (signal === 'SIGINT' && process.stdin.isTTY) return
    child.kill(signal)
  }
  for (const one of ENDING_SIGNALS) process.on(one, forward)
  try {
    return await new Promise<number>((resolve, reject) => {
      child.once('error', (error) => reject(notStarted(program, error)))
      child.once('exit', (code, signal) => {
        resolve(signal === null ? (code ?? 1) : exitCodeForSignal(signal))
      })
    })
  } finally {
    for (const one of ENDING_SIGNALS) process.off(one, forward)
  }
}

function notStarted(program: string, cause: Error): CliError {
  const { code } = cause as NodeJS.ErrnoException
  return new CliError({
    code: 'COMMAND_NOT_STARTED',
    message: `The command ${program} could not be started: ${code === 'ENOENT' ? 'it does not exist' : cause.message}.`,
    hint: `For a program in node_modules: ${cliCommand()} run -- npx ${program}`,
    details: { program, problem: code ?? cause.message },
    cause,
  })
}
