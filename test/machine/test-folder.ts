import { mkdtempSync, realpathSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { identify, type Liveness, livenessOf, thisHost } from '../../packages/core/src/process/process-identity.ts'

/**
 * A new folder for a test's registry, whose name says which process it belongs to: when that is killed, the next run
 * knows the folder, and the containers that name it, for leftovers.
 */
export function newTestFolder(): string {
  const { pid, startTime } = identify(process.pid)
  return realpathSync(mkdtempSync(join(tmpdir(), `iris-test-${pid}-${startTime}-`)))
}

/** Whether the process that a test's folder belongs to lives; `undefined` for what is no such folder. */
export function livenessOfTestFolder(path: string): Liveness | undefined {
  const match = /^iris-test-(\d+)-(\d*)-/.exec(basename(path))
  if (!match) return undefined
  const [, pid, startTime = ''] = match
  return livenessOf({ pid: Number(pid), startTime, host: thisHost() })
}
