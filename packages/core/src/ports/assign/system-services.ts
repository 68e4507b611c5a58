import { cliCommand } from '../../errors/cli-command.ts'
import { AssignmentNotFoundError } from '../document/port-registry-error.ts'
import type { RegistryDocument, SystemRecord } from '../document/registry-document.ts'
import { inRange } from '../document/services.ts'
import { historyRecord, withHistory } from '../document/transitions.ts'
import { obstacleAt } from './decide-port.ts'
import { outOfRange, portInUse } from './port-errors.ts'
import { probePort } from './probe-port.ts'
import type { RegistryParts } from './registry-parts.ts'
import { checkPort } from './request-checks.ts'

/** A service of this machine's own on a port of the system range. */
export interface SystemService {
  /** The service's name. */
  readonly name: string
  /** The port number. */
  readonly port: number
  /** In the service's own words: `running`, `stopped`. */
  readonly status: string
  /** Since when. */
  readonly registeredAt: Date
}

/** What is entered for a system service. */
export interface SystemServiceOptions {
  /** A port of the system range, or `auto` for the first free one. Default `auto`. */
  readonly port?: number | 'auto' | undefined
  /** Default `running`. */
  readonly status?: string | undefined
}

/** Enters a system service, or its new status. One that is known by its name keeps its port unless it asks for another. */
export async function registerSystemService(
  { writer, store, rangesOf }: RegistryParts,
  name: string,
  options: SystemServiceOptions,
): Promise<SystemService> {
  const wanted = checkPort(options.port)
  const ranges = rangesOf((await store.read()).document)
  if (wanted !== undefined && !inRange(wanted, ranges.system)) throw outOfRange(wanted, 'system', ranges.system, [])
  const tried = new Map<number, boolean>()
  return writer.run((document) => {
    const own = listSystemServices(document).find((one) => one.name === name)
    const port = wanted ?? own?.port ?? firstFree(document, ranges.system, tried)
    if (port === undefined) throw outOfRange(ranges.system[1] + 1, 'system', ranges.system, [])
    if (port !== own?.port) {
      const obstacle = systemObstacle(document, port)
      if (obstacle) throw portInUse(port, obstacle, [])
      if (wanted === undefined && !tried.has(port)) {
        const work = async () => void tried.set(port, (await probePort(port, { udp: true })) === 'free')
        return { kind: 'prepare', work }
      }
    }
    const at = new Date()
    const record: SystemRecord = {
      service: name,
      status: options.status ?? 'running',
      registered_at: (own?.port === port ? own.registeredAt : at).toISOString(),
    }
    const others = Object.entries(document.system).filter(([, one]) => one.service !== name)
    const system = { ...Object.fromEntries(others), [port]: record }
    const note = { action: own ? 'moved' : 'assigned', reason: `system service ${name}`, at } as const
    const entry = historyRecord({ project_path: name, port }, 'system', note)
    const next = own?.port === port ? { ...document, system } : withHistory({ ...document, system }, [entry])
    return { kind: 'commit', next, value: fromRecord(port, record) }
  })
}

/** Takes a system service out again. @throws AssignmentNotFoundError */
export async function releaseSystemService({ writer }: RegistryParts, name: string): Promise<void> {
  await writer.run((document) => {
    const own = listSystemServices(document).find((one) => one.name === name)
    if (!own) throw notRegistered(name)
    const note = { action: 'released', reason: `system service ${name}`, at: new Date() } as const
    const system = Object.fromEntries(Object.entries(document.system).filter(([, one]) => one.service !== name))
    const entry = historyRecord({ project_path: name, port: own.port }, 'system', note)
    return { kind: 'commit', next: withHistory({ ...document, system }, [entry]), value: undefined }
  })
}

export function listSystemServices(document: RegistryDocument): SystemService[] {
  return Object.entries(document.system).map(([port, record]) => fromRecord(Number(port), record))
}

function fromRecord(port: number, record: SystemRecord): SystemService {
  return { name: record.service, port, status: record.status, registeredAt: new Date(record.registered_at) }
}

function systemObstacle(document: RegistryDocument, port: number) {
  return obstacleAt(document, { projectPath: '', service: 'system', avoid: new Set() }, { busy: new Map() }, port)
}

function firstFree(document: RegistryDocument, [first, last]: readonly [number, number], tried: Map<number, boolean>) {
  for (let port = first; port <= last; port += 1) {
    if (tried.get(port) !== false && !systemObstacle(document, port)) return port
  }
  return undefined
}

function notRegistered(name: string): AssignmentNotFoundError {
  return new AssignmentNotFoundError({
    code: 'ASSIGNMENT_NOT_FOUND',
    message: `No system service ${JSON.stringify(name)} is registered.`,
    hint: `See who has a port: ${cliCommand()} ports list`,
    details: { service: 'system', name },
  })
}
