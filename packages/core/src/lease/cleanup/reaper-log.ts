import { createHash } from 'node:crypto'
import { appendFileSync, renameSync, statSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

const LIMIT_BYTES = 500_000

/** Where the reaper of a registry writes what it does: beside the registry, or in `folder` where that is no file. */
export function reaperLog(registryPath: string, folder?: string): string {
  if (folder !== undefined) {
    return join(folder, `postgres-${createHash('sha256').update(registryPath).digest('hex').slice(0, 8)}.reaper.log`)
  }
  const stem = basename(registryPath, '.json')
  return join(dirname(registryPath), stem === 'port-registry' ? 'reaper.log' : `${stem}.reaper.log`)
}

/**
 * A log of bounded size: what is older than the last half megabyte or so goes. What was just said isn't said again, and a
 * log that can't be written is no reason to stop.
 */
export class ReaperLog {
  readonly #path: string
  readonly #limitBytes: number
  #last = ''

  constructor(path: string, limitBytes = LIMIT_BYTES) {
    this.#path = path
    this.#limitBytes = limitBytes
  }

  write(line: string): void {
    if (line === this.#last) return
    this.#last = line
    try {
      if ((statSync(this.#path, { throwIfNoEntry: false })?.size ?? 0) > this.#limitBytes) {
        renameSync(this.#path, `${this.#path}.old`)
      }
      appendFileSync(this.#path, `${new Date().toISOString()} ${line}\n`, { mode: 0o600 })
    } catch {
      // The registry's folder is gone, or the disk is full.
    }
  }
}
