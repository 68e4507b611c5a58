import { setImmediate } from 'node:timers/promises'
import { hostAddress, locateProcess } from '../../container/host-address.ts'
import { fingerprint } from '../../container/settings-fingerprints.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { findEngine, likelyEngine } from '../../engine/find-engine.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import type { Acquisition } from '../book/acquire-options.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeLease } from '../book/lease-book.ts'
import type { CandidateContext } from '../book/run-lease.ts'
import { probeWarm, type WarmProbe } from './warm-probe.ts'

const debug = debugLog('lease')

/**
 * The engine, and a probe of the warm candidate, which goes on while the lease is taken. Without a candidate the engine is
 * one that is known to answer.
 */
export async function initialContext(
  acquisition: Acquisition,
  registry: PortRegistry,
): Promise<{ context: CandidateContext; probe?: Promise<WarmProbe | undefined> }> {
  const likely = likelyEngine()
  const context =
    likely &&
    (await contextFor(likely, acquisition).catch((error) => {
      debug.swallowed('likely engine', error)
      return undefined
    }))
  if (context) {
    const probe = probeWarm(context, await registry.read())
    // Taking the lease blocks this process for a moment, so the probe's requests are sent first.
    for (let turn = 0; probe && turn < 2; turn++) await setImmediate()
    if (probe) return { context, probe }
  }
  return { context: await contextFor(await findEngine(), acquisition) }
}

/** The context with an engine that answers; the lease goes with it when that is another one. */
export async function withAnsweringEngine(context: HoldContext): Promise<HoldContext> {
  const { registry, lease, acquisition } = context
  const engine = await findEngine()
  if (engine.address === context.engine.address) return context
  const moved = { ...lease, engine: engine.address }
  await registry.update('move lease', (draft) => {
    changeLease(draft, lease.id, { engine: engine.address, container_id: undefined })
  })
  return { ...context, ...(await contextFor(engine, acquisition)), lease: moved }
}

/** @throws EngineError when the engine has to be asked where this process runs, and doesn't answer. */
async function contextFor(engine: EngineClient, acquisition: Acquisition): Promise<CandidateContext> {
  const { settings, askedSettings } = acquisition
  const { bindAddress, host } = hostAddress(engine.endpoint, askedSettings.bindAddress, await locateProcess(engine))
  // A container that listens on more addresses can be reached too.
  const acceptsAnyAddress = askedSettings.bindAddress === undefined && bindAddress === settings.bindAddress
  const wanted = fingerprint(acceptsAnyAddress ? askedSettings : { ...askedSettings, bindAddress })
  return { engine, acquisition: { ...acquisition, settings: { ...settings, bindAddress } }, wanted, host }
}
