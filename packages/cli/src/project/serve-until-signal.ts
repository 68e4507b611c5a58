import { randomBytes } from 'node:crypto'
import { createConnection } from 'node:net'
import type { PortRegistry } from '@iris-devtester/core/ports'
import { type HttpServing, type ServeOptions, serveHttp } from '@iris-devtester/mcp'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { ENDING_SIGNALS } from '../program/interruptible.ts'
import { openRegistry } from './open-registry.ts'

const SERVICE = 'mcp-server'
const LEAST_TOKEN = 16

/**
 * Serves over HTTP until a signal comes. The server is in the registry as long as it listens: as `mcp-server`, or, where
 * another one has that name, with its port behind it.
 *
 * @throws CliError `TOKEN_TOO_SHORT` or `NO_SYSTEM_PORT`
 */
export async function serveUntilSignal(context: CommandContext, options: ServeOptions): Promise<void> {
  const signalled = firstSignal()
  const given = process.env.IRIS_DEVTESTER_MCP_TOKEN || undefined
  if (given !== undefined && given.length < LEAST_TOKEN) throw tooShort(given.length)
  const token = given ?? randomBytes(32).toString('base64url')
  const registry = openRegistry(context)
  const serving = await serveHttp({ ...options, token, ports: await portsToTry(registry) })
  if (!serving) throw noPort(await registry.ranges())
  try {
    const name = await register(registry, serving.port)
    try {
      process.stdout.write(announcement(serving, given === undefined ? token : undefined))
      await signalled
    } finally {
      await unregister(registry, name, serving.port)
    }
  } finally {
    await serving.close()
  }
}

/** Resolves with the first signal. The second one ends the process at once, as without us. */
function firstSignal(): Promise<void> {
  return new Promise((resolve) => {
    const listener = () => {
      resolve()
      // Not yet: without a listener of ours, the lock library's listener ends the process on this very signal.
      setImmediate(() => {
        for (const signal of ENDING_SIGNALS) process.off(signal, listener)
      })
    }
    for (const signal of ENDING_SIGNALS) process.on(signal, listener)
  })
}

/** The system range from its start, without the ports of other services. */
async function portsToTry(registry: PortRegistry): Promise<number[]> {
  const [first, last] = (await registry.ranges()).system
  const others = (await registry.listSystemServices()).filter(({ name }) => !isOurs(name)).map(({ port }) => port)
  return Array.from({ length: last - first + 1 }, (_, at) => first + at).filter((port) => !others.includes(port))
}

/** A name that is left behind by a server that was killed is taken over: nothing listens on its port, or we do. */
async function register(registry: PortRegistry, port: number): Promise<string> {
  const services = await registry.listSystemServices()
  for (const one of services) {
    const isLeftBehind = isOurs(one.name) && (one.port === port || !(await isListening(one.port)))
    if (isLeftBehind) await registry.releaseSystemService(one.name)
  }
  const isTaken = (await registry.listSystemServices()).some(({ name }) => name === SERVICE)
  const name = isTaken ? `${SERVICE}-${port}` : SERVICE
  await registry.registerSystemService(name, { port, status: 'running' })
  return name
}

async function unregister(registry: PortRegistry, name: string, port: number): Promise<void> {
  const own = (await registry.listSystemServices()).find((one) => one.name === name && one.port === port)
  if (own) await registry.releaseSystemService(name)
}

function isOurs(name: string): boolean {
  return name === SERVICE || name.startsWith(`${SERVICE}-`)
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

/** The token is shown only where it isn't known already. */
function announcement({ url }: HttpServing, token: string | undefined): string {
  const headers = { Authorization: `Bearer ${token ?? '<IRIS_DEVTESTER_MCP_TOKEN>'}` }
  const entry = { mcpServers: { 'iris-devtester': { type: 'http', url, headers } } }
  return `serving  ${url}  until Ctrl-C\n${JSON.stringify(entry, undefined, 2)}\n`
}

function tooShort(length: number): CliError {
  return new CliError({
    code: 'TOKEN_TOO_SHORT',
    message: `IRIS_DEVTESTER_MCP_TOKEN has ${length} characters; at least ${LEAST_TOKEN} are needed.`,
    hint: 'Unset it to have a token generated: unset IRIS_DEVTESTER_MCP_TOKEN',
    details: { length, least: LEAST_TOKEN },
  })
}

function noPort({ system: [first, last] }: Awaited<ReturnType<PortRegistry['ranges']>>): CliError {
  return new CliError({
    code: 'NO_SYSTEM_PORT',
    message: `No port from ${first} to ${last} can be bound on 127.0.0.1.`,
    hint: `End what listens there: ss -ltnp 'sport >= :${first} and sport <= :${last}'`,
    details: { range: [first, last] },
  })
}
