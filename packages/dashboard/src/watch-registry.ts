import { setTimeout as sleep } from 'node:timers/promises'
import type { PortRange, PortRegistry, RegistryDocument } from '@iris-devtester/core/ports'
import { problemOf } from './problem.ts'

/** How soon a change is seen where the registry can't tell, in ms. */
const POLL_MS = 250
/** After how long it is looked at all the same, in ms: a run that is killed changes nothing in it. */
const LIMIT_MS = 750

/** What the registry says, or why it says nothing. */
export type RegistryView =
  | { readonly document: RegistryDocument; readonly ranges: Readonly<Record<string, PortRange>> }
  | { readonly problem: string }

/** Reads the registry whenever it may have changed, until `signal` aborts. It never fails. */
export async function watchRegistry(
  registry: PortRegistry,
  seen: (view: RegistryView) => void,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    try {
      const document = await registry.read()
      const ranges = await registry.ranges()
      if (signal.aborted) return
      seen({ document, ranges })
      await registry.waitForChange(document.generation, POLL_MS, LIMIT_MS)
    } catch (error) {
      if (signal.aborted) return
      seen({ problem: problemOf(error) })
      // It ends early when the watch ends.
      await sleep(POLL_MS, undefined, { signal }).catch(() => {})
    }
  }
}
