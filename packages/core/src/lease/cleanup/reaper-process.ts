import { spawn } from 'node:child_process'
import { closeSync, mkdirSync, openSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { debugLog } from '../../debug/debug-log.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { livenessOf } from '../../process/process-identity.ts'
import { isOff } from '../book/environment.ts'
import { isLive } from '../book/lease-book.ts'
import { reaperLog } from './reaper-log.ts'

const debug = debugLog('reaper')

/**
 * Starts the registry's reaper unless one lives: a small detached process that outlives the runner and cleans up after
 * it however it ends. `IRIS_DEVTESTER_REAPER=0` turns it off; each acquire then cleans up by itself.
 * `IRIS_DEVTESTER_REAPER_TICK_MS` says how often it looks; every second unless set.
 */
export function ensureReaper(registry: PortRegistry, document: RegistryDocument): void {
  if (isOff(process.env, 'IRIS_DEVTESTER_REAPER') || hasReaper(document)) return
  // Another process has no way to open it.
  if (!registry.isFolder && Object.keys(registry.environment).length === 0) return
  try {
    startReaper(registry)
  } catch (error) {
    debug.swallowed('start the reaper', error)
    // Not being able to start it costs nothing now: the next acquire cleans up.
  }
}

/** Whether the registry's reaper lives and runs where this process does. */
export function hasReaper({ reaper }: Pick<RegistryDocument, 'reaper'>): boolean {
  return reaper !== undefined && livenessOf(reaper) === 'alive'
}

/** Whether no other live run has its lease in the registry for longer. */
export function isOldestRun({ leases }: Pick<RegistryDocument, 'leases'>, leaseId: string): boolean {
  return leases.find((lease) => isLive(lease))?.id === leaseId
}

function startReaper({ folder, registryPath, isFolder, environment }: PortRegistry): void {
  if (!isFolder) mkdirSync(folder, { recursive: true, mode: 0o700 })
  const errors = openSync(reaperLog(registryPath, isFolder ? undefined : folder), 'a', 0o600)
  const { NODE_OPTIONS: _, ...env } = process.env
  const child = spawn(process.execPath, reaperArguments(registryPath), {
    detached: true,
    stdio: ['ignore', errors, errors],
    cwd: folder,
    env: { ...env, ...environment },
    windowsHide: true,
  })
  child.once('error', (error) => debug.swallowed('start the reaper', error))
  child.unref()
  closeSync(errors)
}

/** The built reaper lies beside the module this is bundled into; in the sources it has another name. */
function reaperArguments(registryPath: string): string[] {
  const isBuilt = !import.meta.url.endsWith('.ts')
  const program = fileURLToPath(new URL(isBuilt ? './reaper.js' : './reaper-main.ts', import.meta.url))
  // It does next to nothing for hours: what V8 keeps ready to be fast would only take memory. Without its compilers it
  // has no WebAssembly either, which Node needs to run TypeScript, and Node 22 to load its HTTP client.
  const hasCompilers = !isBuilt || Number.parseInt(process.versions.node, 10) < 24
  const small = [...(hasCompilers ? [] : ['--jitless']), '--v8-pool-size=0', '--max-semi-space-size=1']
  return [...small, '--max-old-space-size=64', program, registryPath]
}
