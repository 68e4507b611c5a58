import type { AssignmentType } from '../document/assignment-record.ts'
import type { LeaseRecord } from '../document/lease-record.ts'
import { allAssignments, findAssignment, type StoredAssignment } from '../document/port-assignment.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { inRange, type PortRange, type ServiceName } from '../document/services.ts'

/** One project's wish for a port. */
export interface PortRequest {
  readonly projectPath: string
  readonly service: ServiceName
  readonly range: PortRange
  /** The very port that is wanted; `undefined` where any will do. */
  readonly preferredPort?: number | undefined
  /** Ports that are known not to work, whatever else is known of them. */
  readonly avoid: ReadonlySet<number>
  /** Where the port of this project's other service would like it to lie. */
  readonly partnerPort?: number | undefined
  /** How many ports the decision is to name that would do as well. */
  readonly others?: number | undefined
}

/** What is known of the machine beside the registry. */
export interface PortFacts {
  /** Ports that somebody holds now. */
  readonly busy: ReadonlyMap<number, PortHolder>
  /** Ports that containers will hold once they run again: taken only when nothing else is left. */
  readonly dormant: ReadonlySet<number>
  /** Ports that the project's own running container holds. */
  readonly own: ReadonlySet<number>
  /** Whether the lease's holder lives, or may live for all that is known. */
  readonly mayBeAlive: (lease: LeaseRecord) => boolean
}

/** Who holds a port, outside of the registry. */
export type PortHolder =
  | { readonly kind: 'container'; readonly name: string; readonly image: string; readonly state: string }
  | { readonly kind: 'process'; readonly pid?: number; readonly command?: string }
  | { readonly kind: 'system'; readonly reason: string }

/** Who stands in a request's way. */
export type Obstacle =
  | { readonly kind: 'assignment'; readonly record: StoredAssignment }
  | { readonly kind: 'reserved'; readonly name: string; readonly since: string }
  | { readonly kind: 'holder'; readonly holder: PortHolder }

export type PortDecision =
  /** The project has what it asks for. */
  | { readonly kind: 'keep'; readonly record: StoredAssignment }
  /** It has the port, and now insists on it. */
  | { readonly kind: 'pin'; readonly record: StoredAssignment }
  | {
      readonly kind: 'take'
      readonly port: number
      readonly type: AssignmentType
      readonly replaces: StoredAssignment | undefined
      /** What would do as well, the best first; for an automatic assignment, where it was asked for. */
      readonly others?: readonly number[]
    }
  | { readonly kind: 'conflict'; readonly port: number; readonly obstacle: Obstacle }
  /** The project asks for another port than the one that a run of it is using. */
  | { readonly kind: 'held'; readonly record: StoredAssignment }
  | { readonly kind: 'exhausted' }

/** Which port the project gets, or why it gets none. */
export function decidePort(document: RegistryDocument, request: PortRequest, facts: PortFacts): PortDecision {
  const { projectPath, preferredPort, avoid } = request
  const current = findAssignment(document, projectPath, request.service)
  if (current?.status === 'active') {
    const wanted = preferredPort === undefined || preferredPort === current.port
    if (wanted && !avoid.has(current.port)) {
      return {
        kind: preferredPort !== undefined && current.assignment_type === 'auto' ? 'pin' : 'keep',
        record: current,
      }
    }
    if (wanted && (preferredPort !== undefined || current.assignment_type === 'manual')) {
      return { kind: 'conflict', port: current.port, obstacle: refusal(facts, current.port) }
    }
    // A run that has yet to get its container uses no port so far.
    const isHeld = () =>
      document.leases.some(
        (one) => one.project_path === projectPath && one.container_id !== undefined && facts.mayBeAlive(one),
      )
    if (!wanted && isHeld()) return { kind: 'held', record: current }
  }
  if (preferredPort !== undefined) {
    const obstacle = obstacleAt(document, request, facts, preferredPort)
    if (obstacle) return { kind: 'conflict', port: preferredPort, obstacle }
    return { kind: 'take', port: preferredPort, type: 'manual', replaces: current }
  }
  const [port, ...others] = first(1 + (request.others ?? 0), candidatePorts(document, request, facts))
  if (port === undefined) return { kind: 'exhausted' }
  return { kind: 'take', port, type: 'auto', replaces: current, ...(others.length > 0 ? { others } : {}) }
}

/** That many of the ports, or as many as there are. */
export function first(count: number, ports: Iterable<number>): number[] {
  const taken: number[] = []
  for (const port of ports) {
    taken.push(port)
    if (taken.length === count) break
  }
  return taken
}

/**
 * The ports an automatic assignment may take, the best first: those its own container holds, the project's last port, the
 * one that matches its other service's, ports nobody remembers from below, ports others remember with the longest unused
 * first, and at last those of stopped containers.
 */
export function* candidatePorts(document: RegistryDocument, request: PortRequest, facts: PortFacts): Generator<number> {
  const { projectPath, service, range, avoid, partnerPort } = request
  // What can't be given, or has been offered. One look-up for each port, of which a range may have thousands.
  const passed = takenPorts(document, request)
  for (const port of facts.busy.keys()) passed.add(port)
  for (const port of avoid) passed.add(port)
  const isOffered = (port: number) => {
    if (passed.has(port) || !inRange(port, range)) return false
    passed.add(port)
    return true
  }
  for (const port of facts.own) if (isOffered(port)) yield port
  const remembered = new Map<number, string>()
  for (const one of document.remembered) {
    if (one.project_path !== projectPath || one.service !== service) remembered.set(one.port, one.released_at)
    else if (!facts.dormant.has(one.port) && isOffered(one.port)) yield one.port
  }
  const isClaimed = (port: number) => remembered.has(port) || facts.dormant.has(port)
  if (partnerPort !== undefined && !isClaimed(partnerPort) && isOffered(partnerPort)) yield partnerPort
  for (let port = range[0]; port <= range[1]; port += 1) if (!passed.has(port) && !isClaimed(port)) yield port
  const longestUnused = [...remembered].sort(([, one], [, other]) => Date.parse(one) - Date.parse(other))
  for (const [port] of longestUnused) if (!facts.dormant.has(port) && isOffered(port)) yield port
  for (const port of [...facts.dormant].sort((one, other) => one - other)) if (isOffered(port)) yield port
}

/** Who or what keeps the project from having this port; `undefined` where nobody does. */
export function obstacleAt(
  document: RegistryDocument,
  { projectPath, service, avoid }: Pick<PortRequest, 'projectPath' | 'service' | 'avoid'>,
  facts: Pick<PortFacts, 'busy'>,
  port: number,
): Obstacle | undefined {
  const own = findAssignment(document, projectPath, service)
  const record = allAssignments(document).find((one) => one.port === port && one.status !== 'released' && one !== own)
  if (record) return { kind: 'assignment', record }
  const system = Object.hasOwn(document.system, String(port)) ? document.system[String(port)] : undefined
  if (system) return { kind: 'reserved', name: system.service, since: system.registered_at }
  const holder = facts.busy.get(port)
  if (holder) return { kind: 'holder', holder }
  return avoid.has(port) ? refusal(facts, port) : undefined
}

function refusal(facts: Pick<PortFacts, 'busy'>, port: number): Obstacle {
  const holder = facts.busy.get(port) ?? { kind: 'system', reason: 'the container engine could not bind it' }
  return { kind: 'holder', holder }
}

function takenPorts(document: RegistryDocument, { projectPath, service }: PortRequest): Set<number> {
  const own = findAssignment(document, projectPath, service)
  const taken = new Set(Object.keys(document.system).map(Number))
  for (const one of allAssignments(document)) if (one.status !== 'released' && one !== own) taken.add(one.port)
  return taken
}
