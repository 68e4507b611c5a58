import { randomUUID } from 'node:crypto'
import { hostAddress, surroundings } from '../container/host-address.ts'
import { settingsHash } from '../container/iris-settings.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { findEngine } from '../engine/find-engine.ts'
import { PortRegistry } from '../ports/port-registry.ts'
import { currentProcess } from '../process/process-identity.ts'
import { type AcquireOptions, type Acquisition, resolveOptions } from './acquire-options.ts'
import { AcquiredContainer } from './acquired-container.ts'
import type { AcquiredIris } from './acquired-iris.ts'
import { acquireExternal } from './external-hold.ts'
import { namesExternalIris } from './external-iris.ts'
import { type HoldContext, holdContainer } from './hold-container.ts'
import { changeContainer, readyContainerOf, removeLease } from './lease-book.ts'
import { readSources, type Source } from './load-sources.ts'
import { licenseWarning, namespacesFor } from './namespaces.ts'
import { ensureReaper } from './reaper-process.ts'
import { quietReporter, type StartReporter, streamReporter } from './start-reporter.ts'
import { isEmpty, planSweep, sweep } from './sweep.ts'

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
  const leaseId = randomUUID()
  if (namesExternalIris(process.env)) return acquireExternal({ acquisition, leaseId, sources })
  const warning = acquisition.isolation === 'worker' ? licenseWarning(acquisition.workers) : undefined
  if (warning !== undefined && !acquisition.quiet) reporter.warning(warning)
  const registry = options.registry ?? new PortRegistry()
  const engine = await findEngine()
  await takeLease(registry, acquisition, leaseId)
  try {
    // Before anything is started, so that somebody watches from the first moment on.
    ensureReaper(registry, await registry.read())
    const context = await prepareContext(registry, engine, acquisition, leaseId, reporter, options.signal)
    return await hold(context, sources, began)
  } catch (error) {
    reporter.failed()
    await registry.update('failed', (draft) => removeLease(draft, leaseId)).catch(() => {})
    throw error
  }
}

async function hold(context: HoldContext, sources: readonly Source[], began: number): Promise<AcquiredIris> {
  const { engine, registry, acquisition, reporter, leaseId, host } = context
  const held = await holdContainer(context)
  const acquired = new AcquiredContainer({
    engine,
    registry,
    acquisition,
    hold: held,
    leaseId,
    namespaces: namespacesFor(leaseId, acquisition.isolation, acquisition.workers),
  })
  try {
    await acquired.prepareNamespaces(sources)
  } catch (error) {
    await acquired.release().catch(() => {})
    throw error
  }
  const { image, port, webPort, name: containerName, start } = held
  reporter.ready({ image, host, port, webPort, containerName, start, milliseconds: performance.now() - began })
  return acquired
}

/** The lease comes first: from here on, whoever looks knows that this run is coming. */
async function takeLease(registry: PortRegistry, acquisition: Acquisition, leaseId: string): Promise<void> {
  const { projectPath, runner, isolation, workers, keep, idleTimeoutMs } = acquisition
  await registry.update('acquire', (draft) => {
    const ready = readyContainerOf(draft, projectPath)
    draft.leases.push({
      id: leaseId,
      project_path: projectPath,
      runner,
      process: currentProcess(),
      acquired_at: new Date().toISOString(),
      ...(ready === undefined ? {} : { container_id: ready }),
      namespaces: namespacesFor(leaseId, isolation, workers),
    })
    if (ready !== undefined)
      changeContainer(draft, ready, { keep, idle_timeout_ms: idleTimeoutMs, idle_since: undefined })
  })
}

async function prepareContext(
  registry: PortRegistry,
  engine: EngineClient,
  acquisition: Acquisition,
  leaseId: string,
  reporter: StartReporter,
  signal: AbortSignal | undefined,
): Promise<HoldContext> {
  if (!isEmpty(planSweep(await registry.read()))) await sweep(registry, engine)
  const wanted = acquisition.settings.bindAddress
  const given = wanted === '127.0.0.1' ? undefined : wanted
  const { bindAddress, host } = hostAddress(engine.endpoint, given, await surroundings(engine))
  const settings = { ...acquisition.settings, bindAddress }
  return {
    engine,
    registry,
    acquisition: { ...acquisition, settings },
    settingsHash: settingsHash(settings),
    leaseId,
    host,
    reporter,
    signal,
  }
}
