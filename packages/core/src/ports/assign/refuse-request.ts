import type { PortRegistryError } from '../document/port-registry-error.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { candidatePorts, type Obstacle, type PortHolder, type PortRequest } from './decide-port.ts'
import { findListener } from './find-listener.ts'
import type { MachineFacts } from './machine-facts.ts'
import type { Refusal } from './port-assigner.ts'
import { assignmentInUse, exhausted, portInUse } from './port-errors.ts'

/** How many ports an error suggests, where so many are free. */
const SUGGESTIONS = 3
/** How many are tried at once to find them. */
const BATCH = 8

/** Makes the error that goes with a refusal: who is in the way, and which ports are really free instead. */
export async function refusalError(
  refusal: Refusal,
  document: RegistryDocument,
  request: PortRequest,
  facts: MachineFacts,
): Promise<PortRegistryError> {
  if (refusal.kind === 'exhausted') {
    const busy = [...facts.busy].map(
      ([port, holder]) => [port, describeHolder(identified(port, holder, facts))] as const,
    )
    const sorted = new Map(busy.sort(([one], [other]) => one - other))
    return exhausted(document, request.service, request.range, sorted, request.projectPath)
  }
  const wanted = refusal.kind === 'held' ? (request.preferredPort ?? refusal.record.port) : refusal.port
  const suggestions = await findSuggestions(wanted, document, request, facts)
  if (refusal.kind === 'held') return assignmentInUse(refusal.record, wanted, suggestions)
  return portInUse(wanted, withHolder(wanted, refusal.obstacle, facts), suggestions)
}

/** The best three ports instead of `wanted`, each of them tried. */
export async function findSuggestions(
  wanted: number,
  document: RegistryDocument,
  request: PortRequest,
  facts: MachineFacts,
): Promise<number[]> {
  const ranked = rankSuggestions(wanted, candidatePorts(document, request, facts)).filter((port) => port !== wanted)
  const found: number[] = []
  for (let from = 0; from < ranked.length && found.length < SUGGESTIONS; from += BATCH) {
    found.push(...(await facts.probe(ranked.slice(from, from + BATCH))))
  }
  return found.slice(0, SUGGESTIONS)
}

export function describeHolder(holder: PortHolder): string {
  if (holder.kind === 'container') return `container "${holder.name}" (${holder.image}, ${holder.state})`
  if (holder.kind === 'system') return holder.reason
  return holder.command === undefined ? 'another process' : `${holder.command} (process ${holder.pid})`
}

function withHolder(port: number, obstacle: Obstacle, facts: MachineFacts): Obstacle {
  return obstacle.kind === 'holder' ? { kind: 'holder', holder: identified(port, obstacle.holder, facts) } : obstacle
}

/** Puts a name to a process that is known only by the port it holds, where that can be seen. */
function identified(port: number, holder: PortHolder, { isElsewhere }: MachineFacts): PortHolder {
  if (holder.kind === 'container' || isElsewhere) return holder
  const listener = findListener(port)
  return listener ? { kind: 'process', ...listener } : holder
}

/**
 * Puts free ports in the order a person would like them instead of `wanted`: the nearest first, of two equally near the
 * rounder one, then the higher one.
 */
export function rankSuggestions(wanted: number, free: Iterable<number>): number[] {
  return [...free].sort(
    (one, other) =>
      Math.abs(one - wanted) - Math.abs(other - wanted) || roundness(other) - roundness(one) || other - one,
  )
}

const UNITS = [5, 10, 100, 1000]

function roundness(port: number): number {
  return UNITS.filter((unit) => port % unit === 0).length
}
