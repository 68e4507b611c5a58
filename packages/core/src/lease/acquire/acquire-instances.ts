import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { instancePath, MAIN_INSTANCE } from '../../ports/document/project-path.ts'
import type { AcquireOptions } from '../book/acquire-options.ts'
import { invalidOption, unknownOption } from '../book/option-checks.ts'
import { acquireIris } from './acquire-iris.ts'
import type { AcquiredIris } from './acquired-iris.ts'

/** What one instance asks for beside what the run asks for all. */
export type InstanceOptions = Omit<AcquireOptions, OfRun>

/** What a run asks for; with `instances`, for each of them, where the instance says nothing else. */
export interface RunOptions extends AcquireOptions {
  /** The project's IRIS instances by their names; without it, there is one. */
  readonly instances?: Readonly<Record<string, InstanceOptions>> | undefined
}

/** A run's hold on one IRIS or several, until it is released. */
export interface AcquiredInstances extends AsyncDisposable {
  /** The one that the `IRIS_*` variables name: `main`, or else the first. */
  readonly main: AcquiredIris
  /** All by their names; empty where the run didn't ask for several. */
  readonly instances: Readonly<Record<string, AcquiredIris>>
  /** Ends the hold on all of them. Repeated calls do nothing. */
  release(): Promise<void>
}

/** These say something of the run, not of one of its instances. */
const OF_RUN = ['projectPath', 'share', 'instance', 'network', 'runner', 'registry', 'signal', 'reporter'] as const
type OfRun = (typeof OF_RUN)[number]

/**
 * Acquires all the IRIS instances that a run asks for, side by side. Each has a container, ports, namespaces and a lease of
 * its own; containers of several reach each other by the instances' names.
 *
 * @throws what {@link acquireIris} throws, with the instance's name. Those that had started are released then.
 * @throws LeaseError `OPTION_INVALID`, `OPTION_UNKNOWN`; PortRegistryError `INVALID_INSTANCE`
 */
export async function acquireInstances({ instances, ...common }: RunOptions): Promise<AcquiredInstances> {
  if (instances === undefined) return heldInstances(await acquireIris(common), {})
  const all = Object.entries(optionsByInstance({ instances, ...common }))
  const stop = new AbortController()
  const signal = common.signal ? AbortSignal.any([common.signal, stop.signal]) : stop.signal
  const outcomes = await Promise.allSettled(
    all.map(async ([name, options]) => {
      try {
        return [name, await acquireIris({ ...options, signal })] as const
      } catch (error) {
        // The others give up with this one's error, which is the one to show.
        if (!stop.signal.aborted) stop.abort(common.signal?.aborted ? error : nameInstance(name, error))
        throw error
      }
    }),
  )
  const acquired = Object.fromEntries(outcomes.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : [])))
  if (stop.signal.aborted) {
    await Promise.allSettled(Object.values(acquired).map((iris) => iris.release()))
    throw stop.signal.reason
  }
  const main = (acquired[MAIN_INSTANCE] ?? acquired[all[0]?.[0] as string]) as AcquiredIris
  return heldInstances(main, Object.fromEntries(all.map(([name]) => [name, acquired[name] as AcquiredIris])))
}

/**
 * What is asked of each instance, checked as far as it can be before anything is started.
 *
 * @throws LeaseError, PortRegistryError
 */
export function optionsByInstance({ instances = {}, ...common }: RunOptions): Record<string, AcquireOptions> {
  const given: unknown = instances
  const entries = typeof given === 'object' && given !== null && !Array.isArray(given) ? Object.entries(instances) : []
  if (entries.length === 0) throw invalidOption('instances', given, 'names with options: { main: {}, archive: {} }')
  if (common.instance !== undefined) {
    throw invalidOption('instance', common.instance, 'left out where there are `instances`, which name them all')
  }
  const variables = new Map<string, string>()
  for (const [name, own] of entries) {
    instancePath('/', name)
    const twin = variables.get(name.toUpperCase())
    if (twin !== undefined) {
      throw invalidOption(
        'instances',
        [twin, name],
        `names that differ by more than capitals: both have the variables IRIS_${name.toUpperCase()}_HOST and so on`,
      )
    }
    variables.set(name.toUpperCase(), name)
    const misplaced = OF_RUN.find((option) => Object.hasOwn(own ?? {}, option))
    if (misplaced) throw unknownOption(`instances.${name}.${misplaced}`, [])
  }
  const network = common.network ?? entries.length > 1
  return Object.fromEntries(entries.map(([name, own]) => [name, { ...common, ...own, network, instance: name }]))
}

function heldInstances(main: AcquiredIris, instances: Readonly<Record<string, AcquiredIris>>): AcquiredInstances {
  const release = async () => {
    const outcomes = await Promise.allSettled(
      [...new Set([main, ...Object.values(instances)])].map((one) => one.release()),
    )
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
  return { main, instances, release, [Symbol.asyncDispose]: release }
}

function nameInstance(name: string, error: unknown): unknown {
  if (!(error instanceof IrisDevtesterError)) return error
  const { code, summary, hint, details } = error
  return new IrisDevtesterError({
    code,
    message: `Instance ${name}: ${summary}`,
    hint,
    details: { ...details, instance: name },
    cause: error,
  })
}
