import type { ContainerInspection, ContainerSummary } from '../../engine/engine-answers.ts'
import type { EngineClient } from '../../engine/engine-client.ts'

/** The label that every container of ours carries: its project, as `normaliseProjectPath` gives it. */
export const PROJECT_LABEL = 'iris-devtester.project'
/** The label with the id of the port registry that a container's ports were reserved in. */
export const REGISTRY_LABEL = 'iris-devtester.registry'

/** A container, as far as ports go. */
export interface SurveyedContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly state: string
  /** The value of {@link PROJECT_LABEL}. */
  readonly project: string | undefined
  /** The value of {@link REGISTRY_LABEL}. */
  readonly registry?: string | undefined
  /** When it was made, in Unix seconds. */
  readonly created?: number | undefined
  /** Ports of this machine that it holds, or will hold once it runs. */
  readonly ports: readonly number[]
}

/** All containers of one engine at one moment. */
export interface EngineSurvey {
  /** The engine's address. */
  readonly engine: string
  readonly containers: readonly SurveyedContainer[]
  /** Whether it publishes ports on another machine than this one; by default not. */
  readonly isElsewhere?: boolean
}

/** The ports of containers that aren't running, by id. They are given at the creation and never change. */
export type KnownBindings = Map<string, readonly number[]>

/**
 * Lists all containers with one call, and asks after those that aren't running, all at once: the list shows no ports of
 * theirs. One that vanishes meanwhile is left out.
 *
 * @param known what was found out by earlier surveys of the same engine, which isn't asked again; it is kept up to date.
 */
export async function surveyEngine(
  client: EngineClient,
  timeoutMs: number,
  known: KnownBindings = new Map(),
): Promise<EngineSurvey> {
  const summaries = await client.listContainers({ all: true, timeoutMs })
  if (!Array.isArray(summaries)) throw new TypeError(`${client.address} answered with something else than a list`)
  const containers = await Promise.all(
    summaries.map(async (summary) => {
      if (summary.State === 'running' || summary.State === 'paused') return describe(summary, publishedPorts(summary))
      const ports = known.get(summary.Id) ?? (await bindingsOf(client, summary.Id, timeoutMs))
      if (ports) known.set(summary.Id, ports)
      return ports && describe(summary, ports)
    }),
  )
  const present = new Set(summaries.map(({ Id }) => Id))
  for (const id of known.keys()) if (!present.has(id)) known.delete(id)
  return { engine: client.address, containers: containers.filter((one) => one !== undefined) }
}

async function bindingsOf(client: EngineClient, id: string, timeoutMs: number): Promise<number[] | undefined> {
  const inspection = await client.inspectContainer(id, { timeoutMs })
  return inspection && boundPorts(inspection)
}

function describe(summary: ContainerSummary, ports: readonly number[]): SurveyedContainer {
  return {
    id: summary.Id,
    name: summary.Names[0]?.replace(/^\//, '') ?? summary.Id.slice(0, 12),
    image: summary.Image,
    state: summary.State,
    project: summary.Labels?.[PROJECT_LABEL],
    registry: summary.Labels?.[REGISTRY_LABEL],
    created: summary.Created,
    ports: [...new Set(ports)],
  }
}

function publishedPorts(summary: ContainerSummary): number[] {
  return summary.Ports.flatMap((one) => one.PublicPort ?? [])
}

function boundPorts(inspection: ContainerInspection): number[] {
  const bindings = Object.values(inspection.HostConfig.PortBindings ?? {})
  const ports = bindings.flatMap((list) => list ?? []).map((one) => Number(one.HostPort))
  return ports.filter((port) => port > 0)
}
