import { Agent } from 'node:http'
import { formatEndpoint, type SshEndpoint } from './engine-endpoint.ts'
import { SshConnection } from './ssh-connection.ts'

const agents = new Map<string, Agent>()

/** How long an unused connection is kept, in ms. */
const IDLE_MS = 10_000

/**
 * The connections to an engine behind ssh. A login takes far longer than a request, so they are used again; one that is
 * unused keeps no process alive.
 */
export function sshConnections(endpoint: SshEndpoint): Agent {
  const address = formatEndpoint(endpoint)
  const known = agents.get(address)
  if (known) return known
  const agent = new Agent({ keepAlive: true, maxFreeSockets: 2, timeout: IDLE_MS })
  agent.createConnection = (() => new SshConnection(endpoint)) as unknown as Agent['createConnection']
  agents.set(address, agent)
  return agent
}
