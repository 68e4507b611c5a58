import { setTimeout as sleep } from 'node:timers/promises'
import { debugLog } from '../../debug/debug-log.ts'
import { engineAt } from '../../engine/engine-at.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { PortRegistry } from '../../ports/port-registry.ts'
import { isLive } from '../book/lease-book.ts'
import { isEmpty, planSweep } from './plan-sweep.ts'
import { ReaperLog, reaperLog } from './reaper-log.ts'
import { claimSlot, hasNothingToWatch, isOwnSlot, releaseSlot } from './reaper-slot.ts'
import { reconcile } from './reconcile.ts'
import { sweep } from './sweep.ts'

const debug = debugLog('reaper')

/** The reaper reconciles every so many ticks, and before it ends. */
const RECONCILE_TICKS = 60
/** After so many ticks with nothing to watch, the reaper ends. */
const IDLE_TICKS = 5
/** How many ticks the reaper waits after a failure. */
const BACKOFF_TICKS = 10
/** After so many ticks with nothing but failures, and no run that lives, it gives up; the next run starts another. */
const MAX_FAILING_TICKS = 600

export interface ReaperOptions {
  /** How often it looks, in ms. Default 1,000. */
  readonly tickMs?: number | undefined
}

/** Watches one registry until there is nothing left to watch. A second one for the same registry ends at once. */
export async function reap(registryPath: string, { tickMs = 1_000 }: ReaperOptions = {}): Promise<void> {
  // The address of a server comes with its password through the environment, where other users can't read it.
  const named = /^postgres:/.test(registryPath) ? {} : { registryPath }
  const registry = new PortRegistry({ ...named, docker: false, onWarning: () => {} })
  if (!(await claimSlot(registry))) return
  const log = new ReaperLog(reaperLog(registryPath, registry.isFolder ? undefined : registry.folder))
  log.write(`reaper watches ${registryPath} (pid ${process.pid})`)
  const engines = new Set<string>()
  let idleTicks = 0
  let failingTicks = 0
  for (let tick = 1; ; tick++) {
    const document = await registry.read().catch((error) => {
      debug.swallowed('read the registry', error)
      return undefined
    })
    if (document && !isOwnSlot(document)) return log.write('reaper ends: another one took over')
    for (const engine of document ? enginesIn(document) : []) engines.add(engine)
    idleTicks = document && hasNothingToWatch(document) ? idleTicks + 1 : 0
    const isDue = tick % RECONCILE_TICKS === 0 || idleTicks === IDLE_TICKS
    debug(
      () =>
        `tick ${tick}: ${document ? Object.keys(document.containers).length : '?'} containers, ${document?.leases.length ?? '?'} leases`,
    )
    const failures = await clean(registry, document, isDue ? engines : [], log)
    if (idleTicks > IDLE_TICKS && (await tryReleaseSlot(registry)))
      return log.write('reaper ends: nothing left to watch')
    failingTicks = failures ? failingTicks + BACKOFF_TICKS : 0
    if (failingTicks >= MAX_FAILING_TICKS && !document?.leases.some((lease) => isLive(lease))) {
      await tryReleaseSlot(registry, true)
      return log.write('reaper ends: what is left can not be cleaned up now; the next run tries again')
    }
    await sleep(failures ? BACKOFF_TICKS * tickMs : tickMs)
  }
}

/** If the registry can't be written now, the slot keeps the identity of a dead reaper, and the next one takes it over. */
function tryReleaseSlot(registry: PortRegistry, force = false): Promise<boolean> {
  return releaseSlot(registry, force).catch((error) => {
    debug.swallowed('release the slot', error)
    return false
  })
}

/** @returns whether something could not be done. */
async function clean(
  registry: PortRegistry,
  document: RegistryDocument | undefined,
  engines: Iterable<string>,
  log: ReaperLog,
): Promise<boolean> {
  try {
    if (!document) throw new Error(`the registry ${registry.registryPath} can't be read`)
    if (!isEmpty(planSweep(document))) {
      const { done, failed } = await sweep(registry)
      for (const line of [...done, ...failed]) log.write(line)
      return failed.length > 0
    }
    for (const engine of engines) {
      for (const line of await reconcile(registry, engineAt(engine))) log.write(line)
    }
    return false
  } catch (error) {
    log.write((error as Error).message.split('\n')[0] ?? '')
    return true
  }
}

function enginesIn({ containers, leases }: RegistryDocument): Set<string> {
  const all = [...Object.values(containers), ...leases].map(({ engine }) => engine)
  return new Set(all.filter((engine) => engine !== undefined))
}
