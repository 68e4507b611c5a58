import { findAssignment } from '../../ports/document/port-assignment.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { inRange, type PortRange, type ServiceName } from '../../ports/document/services.ts'
import { isUnheld } from './lease-book.ts'

/** The ports that have run out. */
export interface ScarcePorts {
  readonly service: ServiceName
  readonly range: PortRange
}

/**
 * The container that has been without a run for longest, of those that hold a port of the range: the first to end when
 * another project needs one. `undefined` where runs hold them all.
 *
 * @param except ids of containers that could not be ended.
 */
export function longestIdle(
  document: RegistryDocument,
  { service, range }: ScarcePorts,
  except: ReadonlySet<string> = new Set(),
): string | undefined {
  const idleSince = (id: string) => Date.parse(document.containers[id]?.idle_since ?? '') || Number.POSITIVE_INFINITY
  return Object.entries(document.containers)
    .filter(([id, record]) => {
      const port = findAssignment(document, record.project_path, service)?.port
      return (
        port !== undefined &&
        inRange(port, range) &&
        !except.has(id) &&
        !record.closing &&
        !record.set_aside &&
        isUnheld(document, id, record)
      )
    })
    .map(([id]) => id)
    .sort((one, other) => (idleSince(one) < idleSince(other) ? -1 : 1))[0]
}
