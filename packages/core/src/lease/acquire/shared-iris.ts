import { type AcquireOptions, registryOf, resolveOptions } from '../book/acquire-options.ts'
import { acquireIris } from './acquire-iris.ts'
import type { AcquiredIris } from './acquired-iris.ts'

/** One of several holds on the same acquired IRIS. */
export interface SharedIris {
  /** The IRIS that the holders share. */
  readonly iris: AcquiredIris
  /** Gives this hold back; the last one to do so releases the IRIS. Repeated calls do nothing. */
  release(): Promise<void>
}

interface Share {
  count: number
  readonly acquired: Promise<AcquiredIris>
}

const KEY = Symbol.for('iris-devtester.shared-iris')

/**
 * Acquires an IRIS once for all who ask for the same in one process, and releases it when the last of them is done.
 * Runners repeat a global set-up for each of their projects, and may load this package more than once; hence the count
 * is kept where all copies find it.
 *
 * @throws what {@link acquireIris} throws; everyone who waited gets the error, and the next one tries afresh.
 */
export async function shareIris(options: AcquireOptions): Promise<SharedIris> {
  const shares = sharesOfProcess()
  const { workers: _, ...same } = resolveOptions(options, process.env, process.cwd())
  const registry = registryOf(options)
  const key = JSON.stringify([registry.registryId, same])
  const share = shares.get(key) ?? { count: 0, acquired: acquireIris({ ...options, registry }) }
  shares.set(key, share)
  share.count++
  let held = true
  const release = async (): Promise<void> => {
    if (!held) return
    held = false
    if (--share.count > 0) return
    if (shares.get(key) === share) shares.delete(key)
    await (await share.acquired).release()
  }
  try {
    return { iris: await share.acquired, release }
  } catch (error) {
    if (shares.get(key) === share) shares.delete(key)
    throw error
  }
}

function sharesOfProcess(): Map<string, Share> {
  const holder = globalThis as { [KEY]?: Map<string, Share> }
  holder[KEY] ??= new Map()
  return holder[KEY]
}
