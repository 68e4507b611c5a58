import { type PortAssignment, type PortRange, PortRegistryError, type ServiceName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { openRegistry } from './open-registry.ts'

const SUGGESTIONS = 3
/** How many ports are looked at together. */
const BATCH = 8

/** Where to look next when a range is full, the most similar use first. */
const INSTEAD: Partial<Record<ServiceName, readonly ServiceName[]>> = {
  node: ['static', 'python', 'php'],
  static: ['node', 'python', 'php'],
  python: ['php', 'node', 'static'],
  php: ['python', 'node', 'static'],
}

/** Ports that a project may ask for. */
export interface PortSuggestions {
  /** What they have to be requested for. */
  readonly type: ServiceName
  /** The best first: the nearest to the wanted port, otherwise the lowest. */
  readonly suggestions: readonly number[]
  readonly range: PortRange
}

/** Finds free ports of a service, each looked at just now. Nothing is reserved. */
export async function suggestPorts(
  context: CommandContext,
  { type, near }: { readonly type: ServiceName; readonly near: number | undefined },
): Promise<PortSuggestions> {
  const registry = openRegistry(context)
  const range = (await registry.ranges())[type]
  const isOver = ({ expiresAt }: PortAssignment) => expiresAt !== undefined && expiresAt <= new Date()
  const taken = new Set((await registry.listAll()).filter((one) => !isOver(one)).map(({ port }) => port))
  const [first, last] = range
  const wanted = near ?? first
  const candidates = Array.from({ length: last - first + 1 }, (_, at) => first + at)
    .filter((port) => port !== near && !taken.has(port))
    .sort((one, other) => Math.abs(one - wanted) - Math.abs(other - wanted) || other - one)
  const suggestions: number[] = []
  for (let from = 0; from < candidates.length && suggestions.length < SUGGESTIONS; from += BATCH) {
    const explained = await Promise.all(candidates.slice(from, from + BATCH).map((port) => registry.explain(port)))
    suggestions.push(...explained.filter(({ isAvailable }) => isAvailable).map(({ port }) => port))
  }
  return { type, suggestions: suggestions.slice(0, SUGGESTIONS), range }
}

/** Adds to the refusal for a full range free ports of the most similar use, with the type to request them for. */
export async function withAlternatives(
  context: CommandContext,
  service: ServiceName,
  error: unknown,
): Promise<unknown> {
  if (!(error instanceof PortRegistryError) || error.code !== 'PORT_EXHAUSTED') return error
  for (const type of INSTEAD[service] ?? []) {
    const { suggestions } = await suggestPorts(context, { type, near: undefined })
    if (suggestions.length < SUGGESTIONS) continue
    const { code, summary, hint, details } = error
    return new PortRegistryError({
      code,
      message: `${summary}\nFree for the type "${type}": ${suggestions.join(', ')}.`,
      hint,
      details: { ...details, suggestedType: type },
      suggestions,
    })
  }
  return error
}
