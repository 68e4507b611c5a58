import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../engine/engine-client.ts'
import { findEngine } from '../engine/find-engine.ts'
import { PortRegistry } from '../ports/port-registry.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { currentProcess, livenessOf } from '../process/process-identity.ts'
import { isSame } from './lease-book.ts'
import { isEmpty, planSweep, reconcile, sweep } from './sweep.ts'

const TICK_MS = 1_000
/** The engine is asked for the whole truth only every so many ticks. */
const RECONCILE_TICKS = 15
/** How many ticks with nothing to watch end it. */
const QUIET_TICKS = 5
/** After a failure it holds back, in ms. */
const HOLD_BACK_MS = 10_000

/** Watches one registry until there is nothing left to watch. A second one for the same registry ends at once. */
export async function reap(registryPath: string): Promise<void> {
  const registry = new PortRegistry({ registryPath, docker: false })
  if (!(await claim(registry))) return
  log(`watches ${registryPath} (pid ${process.pid})`)
  let quiet = 0
  for (let tick = 0; quiet < QUIET_TICKS; tick++) {
    try {
      const document = await registry.read()
      if (!isMine(document)) return log('another reaper took over')
      quiet = hasNothingToWatch(document) ? quiet + 1 : 0
      if (!isEmpty(planSweep(document))) await clean(registry, sweep)
      else if (tick % RECONCILE_TICKS === RECONCILE_TICKS - 1 && quiet === 0) await clean(registry, reconcile)
    } catch (error) {
      log(`${(error as Error).message.split('\n')[0]}; tries again in ${HOLD_BACK_MS / 1_000} s`)
      await sleep(HOLD_BACK_MS)
    }
    await sleep(TICK_MS)
  }
  await leave(registry)
  log('has nothing left to watch')
}

/** There is one reaper for a registry: the one whose identity its document carries. */
function claim(registry: PortRegistry): Promise<boolean> {
  return registry.update('reaper', (draft) => {
    if (draft.reaper && !isMine(draft) && livenessOf(draft.reaper) !== 'dead') return false
    draft.reaper = currentProcess()
    return true
  })
}

async function leave(registry: PortRegistry): Promise<void> {
  await registry.update('reaper', (draft) => {
    if (isMine(draft)) delete draft.reaper
  })
}

function isMine({ reaper }: RegistryDocument): boolean {
  return reaper !== undefined && isSame(reaper, currentProcess())
}

function hasNothingToWatch({ leases, containers }: RegistryDocument): boolean {
  return leases.length === 0 && Object.keys(containers).length === 0
}

async function clean(
  registry: PortRegistry,
  work: (registry: PortRegistry, engine: EngineClient) => Promise<string[]>,
): Promise<void> {
  for (const line of await work(registry, await findEngine())) log(line)
}

function log(line: string): void {
  console.log(`${new Date().toISOString()} reaper ${line}`)
}
