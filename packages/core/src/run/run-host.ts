import { statSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { RunOptions } from '../lease/index.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'

/**
 * What a run's host is told. The host is a process that holds the run's IRIS when none of the run's own can: its workers
 * come and go, and the runner itself has no place for our code.
 */
export type RunRequest = Omit<RunOptions, 'registry' | 'reporter' | 'signal' | 'network'> & {
  /** The registry: a path, or an address. Default: as the environment says. */
  readonly registry?: string | undefined
}

/** The request and the runner's process id, as JSON. */
export const REQUEST_VARIABLE = 'IRIS_DEVTESTER_RUN'

/** The built host lies beside the modules that this is bundled into. */
export const RUN_HOST_PROGRAM = fileURLToPath(new URL('./run-host.js', import.meta.url))

/** For a shell: runs a host in the foreground that announces its IRIS on standard output and ends when it can't get one. */
export const RUN_HOST_COMMAND = `"${process.execPath}" "${RUN_HOST_PROGRAM}" --announce`

/**
 * The variables a host needs.
 *
 * @param runner the process id of the runner: with it the run ends.
 */
export function runHostEnvironment(runner: number, request: RunRequest): Record<string, string> {
  return { [REQUEST_VARIABLE]: JSON.stringify({ runner, request }) }
}

/** Where the host of this runner listens: a local socket, or on Windows a named pipe. */
export function addressOf(runner: number): string {
  if (process.platform === 'win32') return `\\\\.\\pipe\\iris-devtester-${runner}`
  return join(temporaryFolder(), `iris-devtester-${process.getuid?.()}-${runner}.sock`)
}

/** Whether nobody else has put something there: temporary folders are everybody's. */
export function isOwn(address: string): boolean {
  if (process.platform === 'win32') return true
  const stats = statSync(address, { throwIfNoEntry: false })
  return stats === undefined || stats.uid === process.getuid?.()
}
