import { createConnection } from 'node:net'
import type { PortRegistry } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'

/** A server of ours that listens. */
export interface Serving {
  readonly port: number
  close(): Promise<void>
}

/** What is served, and where. */
export interface SystemServiceParts<S extends Serving> {
  readonly registry: PortRegistry
  /** Its name in the registry; where another one of it runs, the port is behind it. */
  readonly service: string
  /** How far its first port is from the first one of the system range. */
  readonly offset: number
  /** The only port that will do. */
  readonly port?: number | undefined
  /** Listens on the first of the ports that can be bound; `undefined` where none can. */
  readonly serve: (ports: readonly number[]) => Promise<S | undefined>
  /** What goes on while it listens. */
  readonly during: (serving: S) => Promise<void>
}

/**
 * Serves on a port of the system range. The server is in the registry as long as it listens.
 *
 * @throws CliError `NO_SYSTEM_PORT`; PortRegistryError for a port that isn't of the system range
 */
export async function serveAsSystemService<S extends Serving>(parts: SystemServiceParts<S>): Promise<void> {
  const { registry, service, serve, during } = parts
  const ports = await portsToTry(parts)
  const serving = await serve(ports)
  if (!serving) throw await noPort(parts)
  try {
    const name = await register(registry, service, serving.port)
    try {
      await during(serving)
    } finally {
      await unregister(registry, name, serving.port)
    }
  } finally {
    await serving.close()
  }
}

/** The system range from the service's first port, without the ports of other services. */
async function portsToTry<S extends Serving>({
  registry,
  service,
  offset,
  port,
}: SystemServiceParts<S>): Promise<number[]> {
  const [first, last] = (await registry.ranges()).system
  const services = await registry.listSystemServices()
  const others = services.filter(({ name }) => !isOf(service, name)).map((one) => one.port)
  if (port !== undefined) return others.includes(port) ? [] : [port]
  const from = Math.min(first + offset, last)
  return Array.from({ length: last - from + 1 }, (_, at) => from + at).filter((one) => !others.includes(one))
}

/** A name that is left behind by a server that was killed is taken over: nothing listens on its port, or we do. */
async function register(registry: PortRegistry, service: string, port: number): Promise<string> {
  for (const one of await registry.listSystemServices()) {
    const isLeftBehind = isOf(service, one.name) && (one.port === port || !(await isListening(one.port)))
    if (isLeftBehind) await registry.releaseSystemService(one.name)
  }
  const isTaken = (await registry.listSystemServices()).some(({ name }) => name === service)
  const name = isTaken ? `${service}-${port}` : service
  await registry.registerSystemService(name, { port, status: 'running' })
  return name
}

async function unregister(registry: PortRegistry, name: string, port: number): Promise<void> {
  const own = (await registry.listSystemServices()).find((one) => one.name === name && one.port === port)
  if (own) await registry.releaseSystemService(name)
}

function isOf(service: string, name: string): boolean {
  return name === service || name.startsWith(`${service}-`)
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = createConnection({ host: '127.0.0.1', port })
    const end = (isThere: boolean) => {
      socket.destroy()
      resolve(isThere)
    }
    socket.once('connect', () => end(true)).once('error', () => end(false))
  })
}

async function noPort<S extends Serving>({ registry, port }: SystemServiceParts<S>): Promise<CliError> {
  const [first, last] = port === undefined ? (await registry.ranges()).system : [port, port]
  const which = port === undefined ? `No port from ${first} to ${last} can be bound` : `Port ${port} can't be bound`
  return new CliError({
    code: 'NO_SYSTEM_PORT',
    message: `${which} on 127.0.0.1.`,
    hint: `End what listens there: ss -ltnp 'sport >= :${first} and sport <= :${last}'`,
    details: { range: [first, last] },
  })
}
