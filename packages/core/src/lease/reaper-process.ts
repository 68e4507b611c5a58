import { spawn } from 'node:child_process'
import { closeSync, openSync, statSync, truncateSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { PortRegistry } from '../ports/port-registry.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { livenessOf } from '../process/process-identity.ts'

const LOG_LIMIT_BYTES = 1_000_000

/**
 * Starts the registry's reaper unless one lives: a small detached process that outlives the runner and cleans up after
 * it however it ends. `IRIS_DEVTESTER_REAPER=0` turns it off; each acquire then cleans up by itself.
 */
export function ensureReaper(registry: PortRegistry, document: RegistryDocument): void {
  if (process.env.IRIS_DEVTESTER_REAPER === '0') return
  if (document.reaper && livenessOf(document.reaper) !== 'dead') return
  const log = openLog(join(registry.folder, 'reaper.log'))
  // The built reaper lies beside the module this is bundled into.
  const program = fileURLToPath(new URL('./reaper.js', import.meta.url))
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(
    process.execPath,
    ['--max-semi-space-size=1', '--max-old-space-size=64', program, registry.registryPath],
    { detached: true, stdio: ['ignore', log, log], cwd: registry.folder, env, windowsHide: true },
  )
  // Not being able to start it costs nothing now: the next acquire cleans up.
  child.once('error', () => {})
  child.unref()
  closeSync(log)
}

function openLog(path: string): number {
  try {
    if (statSync(path).size > LOG_LIMIT_BYTES) truncateSync(path)
  } catch {
    // There is none yet.
  }
  return openSync(path, 'a', 0o600)
}
