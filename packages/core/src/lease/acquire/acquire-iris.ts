import { randomUUID } from 'node:crypto'
import { environmentOf } from '../../connection/connection-info.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { EngineError } from '../../engine/engine-error.ts'
import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { instanceOf, MAIN_INSTANCE } from '../../ports/document/project-path.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { type AcquireOptions, type Acquisition, registryOf, resolveOptions } from '../book/acquire-options.ts'
import { misspeltIn } from '../book/environment.ts'
import { reportOnGitHub } from '../book/github-report.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeLease } from '../book/lease-book.ts'
import { licenseWarning } from '../book/namespace-names.ts'
import { checkResetOver } from '../book/option-checks.ts'
import { endLease } from '../book/project-ports.ts'
import { keepRenewed, newLease, takeLease } from '../book/run-lease.ts'
import { recordStart } from '../book/start-records.ts'
import { quietReporter, type StartReporter, streamReporter } from '../book/start-reporter.ts'
import { StartTimes } from '../book/start-times.ts'
import { ensureReaper, hasReaper, isEmpty, isOldestRun, planSweep, sweep } from '../cleanup/index.ts'
import { readSources } from '../load/read-sources.ts'
import type { Source } from '../load/source.ts'
import { AcquiredContainer } from './acquired-container.ts'
import type { AcquiredIris } from './acquired-iris.ts'
import { initialContext, withAnsweringEngine } from './engine-context.ts'
import { acquireExternal } from './external-hold.ts'
import { namesExternalIris } from './external-iris.ts'
import { holdContainer } from './hold-container.ts'
import { joinNetwork } from './join-network.ts'

const debug = debugLog('lease')

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
  try {
    return await acquire(options)
  } catch (error) {
    if (!options.signal?.aborted) reportOnGitHub(error, process.env, (text) => process.stderr.write(text))
    throw error
  }
}

async function acquire(options: AcquireOptions): Promise<AcquiredIris> {
  const began = performance.now()
  const asked = resolveOptions(options, process.env, process.cwd())
  const reporter = options.reporter ?? (asked.quiet ? quietReporter : streamReporter(process.stderr))
  warnOfVariables(reporter)
  const sources = await readSources(asked.load, asked.folder)
  const instance = instanceOf(asked.projectPath)
  const env = instance === MAIN_INSTANCE ? process.env : environmentOf(process.env, instance)
  if (namesExternalIris(env)) return acquireExternal({ acquisition: asked, leaseId: randomUUID(), sources, env })
  const warning = asked.isolation === 'worker' || asked.isolation === 'file' ? licenseWarning(asked.workers) : undefined
  if (warning !== undefined) reporter.warning(warning)
  const registry = registryOf(options)
  const acquisition = { ...asked, projectPath: registry.projectName(asked.projectPath) }
  await checkPorts(registry, acquisition)
  const initial = await initialContext(acquisition, registry)
  const lease = newLease(randomUUID(), initial.context.engine.address, acquisition)
  const times = new StartTimes()
  let context: HoldContext = {
    ...initial.context,
    registry,
    lease,
    reporter: times.watch(reporter),
    times,
    signal: options.signal,
  }
  context.signal?.throwIfAborted()
  const document = await takeLease(context)
  const endRenewal = keepRenewed(registry, lease.id)
  const start = { at: lease.acquired_at, project: acquisition.projectPath, runner: acquisition.runner }
  try {
    const isWatched = hasReaper(document)
    if (!isWatched) await ensureCleanUp(context, document)
    const probe = await initial.probe
    if (initial.probe && !probe) context = await withAnsweringEngine(context)
    const hold = await holdContainer(context, document, probe)
    checkResetOver(hold.webPort, acquisition)
    if (acquisition.network) await joinNetwork(context, hold)
    const acquired = new AcquiredContainer({ context, hold, endRenewal })
    await prepare(acquired, sources, times, context.signal)
    // Of several runs that began at once, only one starts the reaper, and that one may have died since.
    if (!isWatched) ensureReaper(registry, await registry.read())
    if (hold.start === 'cold') recordStart(registry.folder, { ...start, phases: times.end() })
    const { image, port, webPort, name: containerName } = hold
    const milliseconds = performance.now() - began
    reporter.ready({ image, host: context.host, port, webPort, containerName, start: hold.start, milliseconds })
    return acquired
  } catch (error) {
    endRenewal()
    reporter.failed()
    const failure = context.signal?.aborted ? 'ABORTED' : error instanceof IrisDevtesterError ? error.code : 'FAILED'
    recordStart(registry.folder, { ...start, failure, phases: times.end() })
    await endFailedLease(context, error).catch((failure) => debug.swallowed('end the lease', failure))
    throw context.signal?.aborted ? context.signal.reason : error
  }
}

/** Variables that were told to be misspelt, each once in a process. */
const told = new Set<string>()

function warnOfVariables(reporter: StartReporter): void {
  for (const text of misspeltIn(process.env)) {
    if (!told.has(text)) reporter.warning(text)
    told.add(text)
  }
}

/** If the engine went away, something of this run may be left behind: the clean-up looks for it. */
function endFailedLease({ registry, lease }: HoldContext, error: unknown): Promise<void> {
  const mayHaveLeftovers = error instanceof EngineError && error.code !== 'ENGINE_REQUEST_FAILED'
  return registry.update('failed', (draft) => {
    if (mayHaveLeftovers) changeLease(draft, lease.id, { abandoned: true })
    else endLease(draft, lease)
  })
}

/** Refuses a port that can't be requested, before anything is changed. */
async function checkPorts(
  registry: PortRegistry,
  { projectPath, preferredPort, preferredWebPort }: Acquisition,
): Promise<void> {
  await registry.checkPreferredPort(projectPath, { service: 'iris', preferredPort })
  await registry.checkPreferredPort(projectPath, { service: 'iris-web', preferredPort: preferredWebPort })
}

async function prepare(
  acquired: AcquiredContainer,
  sources: readonly Source[],
  times: StartTimes,
  signal: AbortSignal | undefined,
): Promise<void> {
  try {
    times.enter('namespaces')
    await acquired.prepareNamespaces(sources, () => times.enter('load'))
    signal?.throwIfAborted()
  } catch (error) {
    await acquired.release().catch((failure) => debug.swallowed('release after a failure', failure))
    throw error
  }
}

/**
 * Ensures that this run and earlier ones are cleaned up after, however they end: by the reaper or, on a
 * machine that has lost its reaper, by this run itself.
 */
async function ensureCleanUp({ registry, lease }: HoldContext, document: RegistryDocument): Promise<void> {
  // Of several runs that begin at once, one starts it; the others check again at the end.
  if (isOldestRun(document, lease.id)) ensureReaper(registry, document)
  if (!isEmpty(planSweep(document))) await sweep(registry)
}
