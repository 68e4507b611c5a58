import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess, livenessOf } from '../../process/process-identity.ts'
import { isSame } from '../book/lease-book.ts'

/**
 * Makes this process the registry's reaper: the one whose identity its document carries. Refused where another one lives,
 * and where there is nothing to watch, as in a registry whose folder is gone. One that can't be judged from here, as it runs
 * in another container, can't judge this side's runs either: this process replaces it.
 */
export function claimSlot(registry: PortRegistry): Promise<boolean> {
  return registry.update('reaper', (draft) => {
    if (hasNothingToWatch(draft)) return false
    if (draft.reaper && !isOwnSlot(draft) && livenessOf(draft.reaper) === 'alive') return false
    draft.reaper = currentProcess()
    return true
  })
}

/** Releases the slot, unless a run that relies on this reaper has started meanwhile and `force` isn't set. */
export function releaseSlot(registry: PortRegistry, force = false): Promise<boolean> {
  return registry.update('reaper', (draft) => {
    if (!isOwnSlot(draft)) return true
    if (!force && !hasNothingToWatch(draft)) return false
    delete draft.reaper
    return true
  })
}

export function isOwnSlot({ reaper }: RegistryDocument): boolean {
  return reaper !== undefined && isSame(reaper, currentProcess())
}

export function hasNothingToWatch({ leases, containers }: RegistryDocument): boolean {
  return leases.length === 0 && Object.keys(containers).length === 0
}
