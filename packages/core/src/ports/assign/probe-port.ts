import { setTimeout as delay } from 'node:timers/promises'

/** What an attempt to bind the port showed. `reserved` is refused by the system without anybody listening. */
export type ProbeOutcome = 'free' | 'busy' | 'reserved'

/** An address to bind. */
interface ProbeAddress {
  readonly host: string
  readonly ipv6Only?: boolean
}

/**
 * Tries to bind the port the ways others might hold it, one after the other: each probe is closed before the next. It's a
 * hint, for anybody may take the port right after.
 *
 * @param port 1 to 65535
 * @param options `udp`: whether to try UDP too. `tries`: how often a busy port is tried. Default 3.
 */
export function probePort(
  port: number,
  { udp = false, tries = TRIES }: { readonly udp?: boolean; readonly tries?: number } = {},
): Promise<ProbeOutcome> {
  const key = `${port}${udp ? '/udp' : ''} ${tries}`
  const running = underWay.get(key)
  if (running) return running
  const probe = confirm(port, udp, tries).finally(() => underWay.delete(key))
  underWay.set(key, probe)
  return probe
}

/** Two probes of one port would find each other. */
const underWay = new Map<string, Promise<ProbeOutcome>>()

/** How often, and after about how many ms, a busy port is tried again: another process may just be probing it too. */
const TRIES = 3
const PAUSE_MS = 4

async function confirm(port: number, udp: boolean, tries: number): Promise<ProbeOutcome> {
  for (let attempt = 1; ; attempt += 1) {
    const outcome = await probeOnce(port, udp)
    if (outcome !== 'busy' || attempt >= tries) return outcome
    await delay(PAUSE_MS * (0.5 + Math.random()))
  }
}

async function probeOnce(port: number, udp: boolean): Promise<ProbeOutcome> {
  for (const address of ADDRESSES) {
    const outcome = await bindTcp(port, address)
    if (outcome !== 'free') return outcome
  }
  if (!udp) return 'free'
  for (const address of ADDRESSES) {
    const outcome = await bindUdp(port, address)
    if (outcome !== 'free') return outcome
  }
  return 'free'
}

const BOTH: readonly ProbeAddress[] = [{ host: '0.0.0.0' }, { host: '::', ipv6Only: true }]

/** On macOS a bind to one address succeeds although another process holds all of them, and the other way round. */
const ADDRESSES = process.platform === 'darwin' ? [...BOTH, { host: '127.0.0.1' }, { host: '::1' }] : BOTH

/** Loaded when a port is tried for the first time. To import them each time would take as long as a bind. */
let net: Promise<typeof import('node:net')> | undefined
let dgram: Promise<typeof import('node:dgram')> | undefined

async function bindTcp(port: number, { host, ipv6Only = false }: ProbeAddress): Promise<ProbeOutcome> {
  net ??= import('node:net')
  const { createServer } = await net
  const server = createServer()
  return new Promise((resolve) => {
    server.once('error', (error) => resolve(outcomeOf(error)))
    // A cluster's worker would ask its parent, who may hold the port itself.
    server.listen({ port, host, ipv6Only, exclusive: true }, () => server.close(() => resolve('free')))
  })
}

async function bindUdp(port: number, { host, ipv6Only = false }: ProbeAddress): Promise<ProbeOutcome> {
  dgram ??= import('node:dgram')
  const { createSocket } = await dgram
  const socket = createSocket({ type: host.includes(':') ? 'udp6' : 'udp4', ipv6Only })
  return new Promise((resolve) => {
    socket.once('error', (error) => {
      socket.close()
      resolve(outcomeOf(error))
    })
    socket.bind({ port, address: host, exclusive: true }, () => socket.close(() => resolve('free')))
  })
}

function outcomeOf(error: NodeJS.ErrnoException): ProbeOutcome {
  if (error.code === 'EADDRINUSE') return 'busy'
  // Windows keeps ranges for itself, and ports below 1024 may need privileges.
  if (error.code === 'EACCES' || error.code === 'EPERM') return 'reserved'
  // No IPv6 here, so nobody holds it there.
  return 'free'
}
