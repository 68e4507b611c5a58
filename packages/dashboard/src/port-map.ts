import {
  folderOf,
  instanceOf,
  type ListedListener,
  MAIN_INSTANCE,
  machineOf,
  type PortRange,
  type RegistryDocument,
  type SurveyedContainer,
} from '@iris-devtester/core/ports'
import type { PortCell, RangeState } from './state.ts'

/** A listener whose process may not be seen. */
export type Listener = Partial<ListedListener> & Pick<ListedListener, 'port'>

/** What is known of the ports, beside the registry. */
export interface PortFacts {
  readonly containers: readonly SurveyedContainer[]
  readonly listeners: readonly Listener[]
}

/** The maps of all services' ranges. */
export function portMaps(
  document: RegistryDocument,
  ranges: Readonly<Record<string, PortRange>>,
  facts: PortFacts,
): Record<string, RangeState> {
  const used = usedPorts(document, facts)
  return Object.fromEntries(
    Object.entries(ranges).map(([service, [first, last]]) => [
      service,
      { service, first, last, cells: cellsOf(first, last, used) },
    ]),
  )
}

/** Runs of free ports between the ports that somebody has. */
function cellsOf(first: number, last: number, used: ReadonlyMap<number, PortCell>): PortCell[] {
  const inRange = [...used.values()].filter(({ from }) => from >= first && from <= last)
  const cells: PortCell[] = []
  let next = first
  for (const cell of inRange.sort((one, other) => one.from - other.from)) {
    if (cell.from > next) cells.push({ from: next, to: cell.from - 1, use: 'free' })
    cells.push(cell)
    next = cell.to + 1
  }
  if (next <= last) cells.push({ from: next, to: last, use: 'free' })
  return cells
}

/** Each port that somebody has, by what weighs most: who is entitled to it comes before who holds it. */
function usedPorts(document: RegistryDocument, { containers, listeners }: PortFacts): Map<number, PortCell> {
  const used = new Map<number, PortCell>()
  for (const { port, project_path, released_at } of document.remembered) {
    used.set(port, { ...at(port), use: 'remembered', ...ofProject(project_path), since: released_at })
  }
  const byPort = new Map(listeners.map((one) => [one.port, one]))
  for (const { port, command, pid, since } of listeners) {
    const who = pid === undefined ? 'a process of another user' : `${command} (pid ${pid})`
    used.set(port, { ...at(port), use: 'process', who, ...(since ? { since } : {}) })
  }
  const held = new Map<number, SurveyedContainer>()
  for (const one of containers) {
    for (const port of one.ports) {
      const isActive = ['running', 'paused', 'restarting'].includes(one.state)
      if (isActive || !held.has(port)) held.set(port, one)
    }
  }
  for (const [port, { name, image, state, created, project }] of held) {
    const since = created === undefined ? {} : { since: new Date(created * 1_000).toISOString() }
    const own = project === undefined ? {} : { project }
    used.set(port, { ...at(port), use: 'container', who: name, note: `${image}, ${state}`, ...own, ...since })
  }
  for (const [port, { service, status, registered_at }] of Object.entries(document.system)) {
    used.set(Number(port), { ...at(Number(port)), use: 'system', who: service, note: status, since: registered_at })
  }
  for (const one of [...document.assignments, ...document.service_assignments]) {
    if (one.status === 'released') continue
    const { port, project_path, assigned_at } = one
    const holder = held.get(port)
    const isForeign = holder !== undefined && holder.project !== project_path
    const listener = holder ? undefined : byPort.get(port)
    const note = isForeign
      ? `but container ${holder.name} holds it`
      : listener?.pid !== undefined
        ? `${listener.command} (pid ${listener.pid}) listens`
        : one.status === 'stale'
          ? 'its container or folder is gone'
          : undefined
    const noted = note === undefined ? {} : { note }
    used.set(port, { ...at(port), use: 'assigned', ...ofProject(project_path), since: assigned_at, ...noted })
  }
  return used
}

function at(port: number) {
  return { from: port, to: port }
}

/** The end of the folder's path is what tells projects apart for a reader; the link leads to the whole of it. */
function ofProject(name: string) {
  const { machine, folder } = machineOf(name) ?? { machine: '', folder: folderOf(name) }
  const parts = folder.split(/[/\\]/).filter((part) => part !== '')
  const short = parts.slice(-2).join('/')
  const instance = instanceOf(name)
  const named = instance === MAIN_INSTANCE ? short : `${short} (instance ${instance})`
  return { who: machine === '' ? named : `${named} on ${machine}`, project: name }
}
