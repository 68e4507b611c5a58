import { existsSync } from 'node:fs'
import { tmpdir } from 'node:os'

/** A socket's whole path may have 103 bytes on macOS, and 107 on Linux. */
const LONGEST = 70

/**
 * The folder for sockets and short-lived files: the system's. Where the environment names one that isn't there, or whose path
 * leaves no room for a socket's name, it is `/tmp`. Processes of one run must have the same environment to agree on it.
 */
export function temporaryFolder(named: string = tmpdir()): string {
  if (process.platform === 'win32') return named
  return Buffer.byteLength(named) <= LONGEST && existsSync(named) ? named : '/tmp'
}
