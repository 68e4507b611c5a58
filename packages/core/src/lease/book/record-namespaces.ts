import type { PortRegistry } from '../../ports/port-registry.ts'
import { changeLease } from './lease-book.ts'
import { fileNamespace } from './namespace-names.ts'

/** How many names are entered at once. */
const NAMES = 8

/**
 * Enters in a run's lease the namespaces that it makes for its test files, some before they are made, so that not each file
 * waits for the registry. Whoever cleans up after the run drops those that are there.
 *
 * @returns to be called before the nth is made, with those that exist.
 */
export function namespaceRecorder(registry: PortRegistry, leaseId: string) {
  let last = 0
  return async (number: number, existing: readonly string[]): Promise<void> => {
    if (number <= last) return
    const next = Array.from({ length: NAMES }, (_, at) => fileNamespace(leaseId, number + at))
    const namespaces = [...new Set([...existing, ...next])]
    await registry.update('file namespaces', (draft) => changeLease(draft, leaseId, { namespaces }), { durable: false })
    last = number + NAMES - 1
  }
}
