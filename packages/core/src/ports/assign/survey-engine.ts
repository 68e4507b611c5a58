import type { ContainerInspection, ContainerSummary } from '../../engine/engine-answers.ts'
import type { EngineClient } from '../../engine/engine-client.ts'

/** The label that every container of ours carries: its project, as `normaliseProjectPath` gives it. */
export const PROJECT_LABEL = 'iris-devtester.project'

/** A container, as far as ports go. */
export interface SurveyedContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly state: string
  /** The value of {@link PROJECT_LABEL}. */
  readonly project: string | undefined
  /** Ports of this machine that it holds, or will hold once it runs. */
  readonly ports: readonly number[]
}

/** All containers of one engine at one moment. */
export interface EngineSurvey {
  /** The engine's address. */
  readonly engine: string
  readonly containers: readonly SurveyedContainer[]
}

/**
 * Lists all containers with one call, and asks after those that aren't running, all at once: the list shows no ports of
 * theirs. One that vanishes meanwhile is left out.
 */
export async function surveyEngine(client: EngineClient, timeoutMs: number): Promise<EngineSurvey> {
  const summaries = await client.listContainers({ all: true, timeoutMs })
  if (!Array.isArray(summaries)) throw new TypeError(`${client.address} answered with something else than a list`)
  const containers = await Promise.all(
    summaries.map(async (summary) => {
      if (summary.State === 'running' || summary.State === 'paused') return describe(summary, publishedPorts(summary))
      const inspection = await client.inspectContainer(summary.Id, { timeoutMs })
      return inspection && describe(summary, boundPorts(inspection))
    }),
  )
  return { engine: client.address, containers: containers.filter((one) => one !== undefined) }
}

function describe(summary: ContainerSummary, ports: readonly number[]): SurveyedContainer {
  return {
    id: summary.Id,
    name: summary.Names[0]?.replace(/^\//, '') ?? summary.Id.slice(0, 12),
    image: summary.Image,
    state: summary.State,
    project: summary.Labels?.[PROJECT_LABEL],
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
