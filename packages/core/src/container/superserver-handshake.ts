import { connect } from 'node:net'

/** `HS`, sequence 1, protocol version 67: what the official Node driver 2.0.3 sends first. It carries no credentials. */
const REQUEST = Buffer.from('02000000010000000000000048534300', 'hex')
const HEADER_BYTES = 14

/** What a handshake found at a port. */
export type HandshakeOutcome = 'superserver' | 'closed' | 'silent' | 'foreign'

export interface HandshakeOptions {
  /** How long the answer may take, in ms. Default 1,000. */
  readonly timeoutMs?: number
  /** Ends the attempt early, as `silent`. */
  readonly signal?: AbortSignal
}

/**
 * Asks whether a real superserver answers at a port. It tells one from Docker's proxy, which accepts and closes, from
 * another kind of server, and from a closed port.
 */
export function probeSuperserver(
  host: string,
  port: number,
  { timeoutMs = 1_000, signal }: HandshakeOptions = {},
): Promise<HandshakeOutcome> {
  return new Promise((resolve) => {
    const socket = connect({ host, port, noDelay: true })
    let answer: Buffer = Buffer.alloc(0)
    const end = (outcome: HandshakeOutcome) => {
      clearTimeout(timer)
      signal?.removeEventListener('abort', giveUp)
      socket.destroy()
      resolve(outcome)
    }
    const giveUp = () => end('silent')
    const timer = setTimeout(giveUp, timeoutMs)
    signal?.addEventListener('abort', giveUp)
    socket.once('connect', () => socket.write(REQUEST))
    socket.once('error', () => end(answer.length === 0 ? 'closed' : 'foreign'))
    socket.once('close', () => end(answer.length === 0 ? 'closed' : 'foreign'))
    socket.on('data', (chunk) => {
      answer = Buffer.concat([answer, chunk])
      if (answer.length >= HEADER_BYTES) end(isAccepted(answer) ? 'superserver' : 'foreign')
    })
  })
}

/** The sequence is echoed, the status is 0, and the payload is of a sane length. */
function isAccepted(answer: Buffer): boolean {
  const length = answer.readUInt32LE(0)
  return answer.readUInt32LE(4) === 1 && answer.readUInt16LE(12) === 0 && length >= 4 && length <= 4_096
}
