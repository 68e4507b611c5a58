import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { registryOf, resolveOptions } from '../book/acquire-options.ts'
import { type AcquiredInstances, acquireInstances, optionsByInstance, type RunOptions } from './acquire-instances.ts'
import type { AcquiredIris } from './acquired-iris.ts'

/** One of several holds on the same acquired IRIS. */
export interface SharedIris {
  /** The IRIS that the holders share: of several instances, the one that the `IRIS_*` variables name. */
  readonly iris: AcquiredIris
  /** The instances by their names; empty where not several were asked for. */
  readonly instances: Readonly<Record<string, AcquiredIris>>
  /** Gives this hold back; the last one to do so releases the IRIS. Repeated calls do nothing. */
  release(): Promise<void>
}

interface Share {
  count: number
  readonly acquired: Promise<AcquiredInstances>
}

const KEY = Symbol.for('iris-devtester.shared-iris')

/**
 * Acquires an IRIS once for all who ask for the same in one process, and releases it when the last of them is done.
 * Runners repeat a global set-up for each of their projects, and may load this package more than once; hence the count
 * is kept where all copies find it. A release that fails, for example because the disk is full, changes none of the run's
 * results: it is a warning, and the reaper or the next run cleans up.
 *
 * @throws what {@link acquireInstances} throws; everyone who waited gets the error, and the next one tries afresh.
 */
export async function shareIris(options: RunOptions): Promise<SharedIris> {
  const shares = sharesOfProcess()
  const registry = registryOf(options)
  const key = JSON.stringify([registry.registryId, requestOf(options)], (_, value) =>
    typeof value === 'function' ? String(value) : value,
  )
  const share = shares.get(key) ?? { count: 0, acquired: acquireInstances({ ...options, registry }) }
  shares.set(key, share)
  share.count++
  let held = true
  const release = async (): Promise<void> => {
    if (!held) return
    held = false
    if (--share.count > 0) return
    if (shares.get(key) === share) shares.delete(key)
    const { release: releaseAll } = await share.acquired
    await releaseAll().catch(warnOfRelease)
  }
  try {
    const { main, instances } = await share.acquired
    return { iris: main, instances, release }
  } catch (error) {
    if (shares.get(key) === share) shares.delete(key)
    throw error
  }
}

/** What tells one request from another: everything but the number of workers, which each of a runner's projects may see otherwise. */
function requestOf({ instances, ...common }: RunOptions): unknown {
  const all = instances === undefined ? { '': common } : optionsByInstance({ instances, ...common })
  return Object.entries(all).map(([name, options]) => {
    const { workers: _, ...same } = resolveOptions(options, process.env, process.cwd())
    return [name, same]
  })
}

function sharesOfProcess(): Map<string, Share> {
  const holder = globalThis as { [KEY]?: Map<string, Share> }
  holder[KEY] ??= new Map()
  return holder[KEY]
}

function warnOfRelease(error: unknown): void {
  const reason = error instanceof IrisDevtesterError ? `${error.summary}\n${error.hint}` : String(error)
  process.emitWarning(
    `The run has ended, but its IRIS could not be released; the reaper or the next run does it. ${reason}`,
    { type: 'IrisDevtesterWarning', code: 'RELEASE_FAILED' },
  )
}
