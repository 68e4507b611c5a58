import { createSocket } from 'node:dgram'
import { createServer } from 'node:net'
import type { PortClaim } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { openRegistry } from './open-registry.ts'

/** What an attempt to bind an address showed. `unsupported`: this machine has no such addresses. */
type Binding = 'free' | 'busy' | 'reserved' | 'unsupported'

const ANY = { ipv4: '0.0.0.0', ipv6: '::' } as const

/** What was found out about a port. */
export interface PortCheck {
  readonly port: number
  /** Whether every address of this machine can be bound over both protocols. */
  readonly isFree: boolean
  readonly tcp: Readonly<Record<keyof typeof ANY, Binding>>
  readonly udp: Readonly<Record<keyof typeof ANY, Binding>>
  /** Who keeps it from being free. */
  readonly holders: readonly PortClaim[]
}

/** Tries to bind the port over each protocol and address family, one after the other, and names who holds it. */
export async function checkPort(context: CommandContext, port: number): Promise<PortCheck> {
  const tcp = { ipv4: await bindTcp(port, ANY.ipv4), ipv6: await bindTcp(port, ANY.ipv6) }
  const udp = { ipv4: await bindUdp(port, ANY.ipv4), ipv6: await bindUdp(port, ANY.ipv6) }
  const { claims } = await openRegistry(context).explain(port)
  const isFree = [tcp.ipv4, tcp.ipv6, udp.ipv4, udp.ipv6].every((one) => one === 'free' || one === 'unsupported')
  return { port, isFree, tcp, udp, holders: claims.filter(({ blocks }) => blocks) }
}

function bindTcp(port: number, host: string): Promise<Binding> {
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(bindingOf(error)))
    server.listen({ port, host, ipv6Only: true, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

function bindUdp(port: number, host: string): Promise<Binding> {
  const isIpv6 = host === ANY.ipv6
  const socket = createSocket({ type: isIpv6 ? 'udp6' : 'udp4', ipv6Only: isIpv6 })
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close()
      resolve(bindingOf(error))
    })
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve('free')))
  })
}

function bindingOf({ code }: NodeJS.ErrnoException): Binding {
  if (code === 'EADDRINUSE') return 'busy'
  return code === 'EACCES' || code === 'EPERM' ? 'reserved' : 'unsupported'
}
