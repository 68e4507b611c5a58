import { existsSync } from 'node:fs'
import { liveRuns, type ProjectContainer } from '@iris-devtester/core'
import {
  assignmentFromRecord,
  folderOf,
  instanceOf,
  type LeaseRecord,
  MAIN_INSTANCE,
  machineOf,
  type PortRange,
  type RegistryDocument,
  type StoredAssignment,
} from '@iris-devtester/core/ports'
import { type PortFacts, portMaps } from './port-map.ts'
import type {
  About,
  AssignedPort,
  ContainerState,
  DashboardState,
  InstanceState,
  ProjectState,
  RunState,
} from './state.ts'

/** Everything that the state is made of. */
export interface StateParts extends PortFacts {
  readonly about: About
  readonly document: RegistryDocument
  readonly ranges: Readonly<Record<string, PortRange>>
  readonly projectContainers: readonly ProjectContainer[]
}

/** The state of registry and engine, for the page. */
export function buildState(parts: StateParts): DashboardState {
  const { about, document, ranges } = parts
  return { about, ranges: portMaps(document, ranges, parts), projects: projectsOf(parts) }
}

function projectsOf({ about, document, projectContainers }: StateParts): Record<string, ProjectState> {
  const held: StoredAssignment[] = [...document.assignments, ...document.service_assignments].filter(
    ({ status }) => status !== 'released',
  )
  const assignments = Map.groupBy(held, (one) => one.project_path)
  const runs = Map.groupBy(liveRuns(document), (one) => one.project_path)
  const containers = Map.groupBy(projectContainers, (one) => one.projectPath)
  const names = new Set([...assignments.keys(), ...runs.keys(), ...containers.keys()])
  const instanceState = (name: string): InstanceState => ({
    name,
    instance: instanceOf(name),
    ports: (assignments.get(name) ?? []).map(assignedPort),
    containers: (containers.get(name) ?? []).map(containerState),
    runs: (runs.get(name) ?? []).map(runState),
  })
  const folders = [...Map.groupBy([...names].sort(), folderOf)].sort(([one], [other]) => (one < other ? -1 : 1))
  return Object.fromEntries(
    folders.map(([folder, instances]) => {
      const isMain = (name: string) => instanceOf(name) === MAIN_INSTANCE
      const mainFirst = instances.sort((one, other) => Number(isMain(other)) - Number(isMain(one)))
      return [folder, { ...described(folder, about), instances: mainFirst.map(instanceState) }]
    }),
  )
}

function described(name: string, { isShared, machine: own }: About): Omit<ProjectState, 'instances'> {
  const { machine, folder } = (isShared ? machineOf(name) : undefined) ?? { machine: undefined, folder: name }
  const title = folder.split(/[/\\]/).findLast((part) => part !== '') ?? folder
  const isHere = machine === undefined || machine === own
  return {
    name,
    title,
    folder,
    ...(isShared ? { machine: machine ?? '' } : {}),
    ...(isHere && !existsSync(folder) ? { isFolderGone: true as const } : {}),
  }
}

function assignedPort(record: StoredAssignment): AssignedPort {
  const { service, port, assignmentType, assignedAt, expiresAt } = assignmentFromRecord(record)
  const until = expiresAt === undefined ? {} : { until: expiresAt.toISOString() }
  return { service, port, type: assignmentType, since: assignedAt.toISOString(), ...until }
}

function containerState(one: ProjectContainer): ContainerState {
  const { id, name, image, state, port, webPort, keep, idleTimeoutMs, idleSince, owner, isInitialised } = one
  return {
    id,
    name,
    image,
    state,
    port,
    webPort,
    isReady: isInitialised,
    ...(keep === undefined ? {} : { keep }),
    ...(idleTimeoutMs === undefined ? {} : { idleTimeoutMs }),
    ...(idleSince === undefined ? {} : { idleSince }),
    ...(owner === 'container' ? { isTests: true as const } : {}),
  }
}

function runState({ id, runner, process, acquired_at, workers, namespaces, container_id }: LeaseRecord): RunState {
  return {
    id,
    runner,
    pid: process.pid,
    host: process.host.split('/')[0] ?? '',
    since: acquired_at,
    namespaces,
    ...(workers === undefined ? {} : { workers }),
    ...(container_id === undefined ? { isStarting: true as const } : {}),
  }
}
