import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import type { PortRegistry } from '../../ports/port-registry.ts'
import { currentProcess, livenessOf } from '../../process/process-identity.ts'
import { isSame } from '../book/lease-book.ts'

/**
 * Makes this process the registry's reaper: the one whose identity its document carries. Refused where another one lives,
 * and where there is nothing to watch, as in a registry whose folder is gone. One that can't be judged from here, as it runs
 * in another container, can't judge this side's runs either: it is relieved.
 */
export function claimSlot(registry: PortRegistry): Promise<boolean> {
  return registry.update('reaper', (draft) => {
    if (hasNothingToWatch(draft)) return false
    if (draft.reaper && !isMine(draft) && livenessOf(draft.reaper) === 'alive') return false
    draft.reaper = currentProcess()
    return true
  })
}

/** Gives the slot back, unless a run has come meanwhile that counts on this reaper and `evenIfNeeded` isn't set. */
export function leaveSlot(registry: PortRegistry, evenIfNeeded = false): Promise<boolean> {
  return registry.update('reaper', (draft) => {
    if (!isMine(draft)) return true
    if (!evenIfNeeded && !hasNothingToWatch(draft)) return false
    delete draft.reaper
    return true
  })
}

export function isMine({ reaper }: RegistryDocument): boolean {
  return reaper !== undefined && isSame(reaper, currentProcess())
}

export function hasNothingToWatch({ leases, containers }: RegistryDocument): boolean {
  return leases.length === 0 && Object.keys(containers).length === 0
}
