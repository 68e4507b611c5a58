import { spawn } from 'node:child_process'
import { setTimeout as sleep } from 'node:timers/promises'
import { type CommandLine, collect, PROGRAM, type StartOptions } from './command-line.ts'

/**
 * The command line on a terminal of its own, 120 columns wide unless told otherwise, by `script` of util-linux. What is on it is read as a person
 * reads it, but for the control sequences.
 */
export function onTerminal(
  line: CommandLine,
  words: readonly string[],
  { env, columns = 120 }: StartOptions & { readonly columns?: number } = {},
) {
  const command = [process.execPath, PROGRAM, ...words].map((word) => `'${word}'`).join(' ')
  const child = spawn('script', ['-qefc', `stty cols ${columns} rows 40; exec ${command}`, '/dev/null'], {
    cwd: line.folder,
    env: { ...line.env, TERM: 'xterm-256color', ...env },
  })
  const { written, ended } = collect(child)
  return {
    get screen() {
      return written.stdout
    },
    ended,
    /** Waits until the text is on the screen, then types. */
    async type(keys: string, after: string | RegExp): Promise<void> {
      await until(() => (typeof after === 'string' ? written.stdout.includes(after) : after.test(written.stdout)))
      child.stdin.write(keys)
    },
  }
}

/** @throws Error after 20 s. */
export async function until(isSo: () => boolean | Promise<boolean>): Promise<void> {
  const deadline = performance.now() + 20_000
  while (!(await isSo())) {
    if (performance.now() > deadline) throw new Error(`Never became true: ${isSo}`)
    await sleep(20)
  }
}
