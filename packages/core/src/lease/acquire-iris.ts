import { randomUUID } from 'node:crypto'
import { hostAddress, surroundings } from '../container/host-address.ts'
import { settingsHash } from '../container/iris-settings.ts'
import { EngineError } from '../engine/engine-error.ts'
import { findEngine } from '../engine/find-engine.ts'
import { PortRegistry } from '../ports/port-registry.ts'
import { type AcquireOptions, type Acquisition, resolveOptions } from './acquire-options.ts'
import { AcquiredContainer } from './acquired-container.ts'
import type { AcquiredIris } from './acquired-iris.ts'
import { acquireExternal } from './external-hold.ts'
import { namesExternalIris } from './external-iris.ts'
import { holdContainer } from './hold-container.ts'
import type { HoldContext } from './hold-context.ts'
import { changeLease } from './lease-book.ts'
import { readSources, type Source } from './load-sources.ts'
import { licenseWarning } from './namespaces.ts'
import { isEmpty, planSweep } from './plan-sweep.ts'
import { endLease } from './project-ports.ts'
import { ensureReaper, hasReaper, isFirstRun } from './reaper-process.ts'
import { keepRenewed, newLease, takeLease } from './run-lease.ts'
import { quietReporter, type StartReporter, streamReporter } from './start-reporter.ts'
import { sweep } from './sweep.ts'

/**
 * Gets a run its IRIS: the server the environment names (`IRIS_URL`, or `IRIS_HOST` and `IRIS_PORT`) if it names one,
 * else its project's own container on its project's own ports. A container that is warm is attached to in milliseconds;
 * otherwise it is started or created. The run holds it by a lease until `release()`; a process that dies without
 * releasing is cleaned up after.
 *
 * @throws LeaseError, IrisContainerError, PortRegistryError, EngineError, IrisConnectionError: each says what happened,
 *   why, and which command to run. Nothing is left behind.
 */
export async function acquireIris(options: AcquireOptions = {}): Promise<AcquiredIris> {
  const began = performance.now()
  const acquisition = resolveOptions(options, process.env, process.cwd())
  const reporter = options.reporter ?? (acquisition.quiet ? quietReporter : streamReporter(process.stderr))
  const sources = await readSources(acquisition.load, acquisition.projectPath)
  if (namesExternalIris(process.env)) return acquireExternal({ acquisition, leaseId: randomUUID(), sources })
  const warning = acquisition.isolation === 'worker' ? licenseWarning(acquisition.workers) : undefined
  if (warning !== undefined) reporter.warning(warning)
  const context = await contextFor(acquisition, options.registry ?? new PortRegistry(), reporter, options.signal)
  const { registry, lease, signal } = context
  signal?.throwIfAborted()
  await callInCleaners(context)
  const endRenewal = keepRenewed(registry, lease.id)
  try {
    return await hold(context, sources, endRenewal, began)
  } catch (error) {
    endRenewal()
    reporter.failed()
    await giveUpLease(context, error).catch(() => {})
    throw signal?.aborted ? signal.reason : error
  }
}

/** An engine that went away may have left something of this run behind: who cleans up looks for it. */
function giveUpLease({ registry, lease }: HoldContext, error: unknown): Promise<void> {
  const mayHaveLeft = error instanceof EngineError && error.code !== 'ENGINE_REQUEST_FAILED'
  return registry.update('failed', (draft) => {
    if (mayHaveLeft) changeLease(draft, lease.id, { abandoned: true })
    else endLease(draft, lease)
  })
}

async function hold(
  context: HoldContext,
  sources: readonly Source[],
  endRenewal: () => void,
  began: number,
): Promise<AcquiredIris> {
  const { registry, reporter, host } = context
  const held = await holdContainer(context)
  const acquired = new AcquiredContainer({ context, hold: held, endRenewal })
  try {
    await acquired.prepareNamespaces(sources)
    ensureReaper(registry, await registry.read())
  } catch (error) {
    await acquired.release().catch(() => {})
    throw error
  }
  const { image, port, webPort, name: containerName, start } = held
  reporter.ready({ image, host, port, webPort, containerName, start, milliseconds: performance.now() - began })
  return acquired
}

async function contextFor(
  acquisition: Acquisition,
  registry: PortRegistry,
  reporter: StartReporter,
  signal: AbortSignal | undefined,
): Promise<HoldContext> {
  const engine = await findEngine()
  const wanted = acquisition.settings.bindAddress
  const given = wanted === '127.0.0.1' ? undefined : wanted
  const { bindAddress, host } = hostAddress(engine.endpoint, given, await surroundings(engine))
  const settings = { ...acquisition.settings, bindAddress }
  return {
    engine,
    registry,
    acquisition: { ...acquisition, settings },
    settingsHash: settingsHash(settings),
    lease: newLease(randomUUID(), engine.address, acquisition),
    host,
    reporter,
    signal,
  }
}

/**
 * Takes the lease, and sees to it that somebody cleans up after this run, whatever becomes of it, and after earlier ones:
 * the reaper; or, on a machine that has lost its reaper, this run itself.
 */
async function callInCleaners(context: HoldContext): Promise<void> {
  const { registry, lease } = context
  const document = await takeLease(context)
  if (hasReaper(document)) return
  // Of many runs that begin at once, one starts it; the others look again when they are done.
  if (isFirstRun(document, lease.id)) ensureReaper(registry, document)
  if (!isEmpty(planSweep(document))) await sweep(registry)
}
