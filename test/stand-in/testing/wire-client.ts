import { connect, type Socket } from 'node:net'

/** A reply of the superserver. */
export interface Reply {
  readonly sequence: number
  readonly status: number
  readonly payload: Buffer
}

/** Speaks the superserver's protocol byte by byte, as the drivers were seen to do. */
export class WireClient {
  readonly #socket: Socket
  #received: Buffer = Buffer.alloc(0)
  #closed = false
  #wake: () => void = () => {}

  private constructor(socket: Socket) {
    this.#socket = socket
    socket.on('data', (chunk) => {
      this.#received = Buffer.concat([this.#received, chunk])
      this.#wake()
    })
    socket.on('error', () => {})
    socket.on('close', () => {
      this.#closed = true
      this.#wake()
    })
  }

  static async open(port: number): Promise<WireClient> {
    const socket = connect(port, '127.0.0.1')
    const client = new WireClient(socket)
    await new Promise((resolve, reject) => socket.once('connect', resolve).once('error', reject))
    return client
  }

  get bytesReceived(): number {
    return this.#received.length
  }

  send(bytes: Buffer | string): void {
    this.#socket.write(bytes)
  }

  /** The next reply; `undefined` when the peer closes instead. */
  async reply(): Promise<Reply | undefined> {
    for (;;) {
      if (this.#received.length >= 14) {
        const end = 14 + this.#received.readUInt32LE(0)
        if (this.#received.length >= end) {
          const reply = this.#received.subarray(0, end)
          this.#received = this.#received.subarray(end)
          return { sequence: reply.readUInt32LE(4), status: reply.readUInt16LE(12), payload: reply.subarray(14) }
        }
      }
      if (this.#closed) return undefined
      await new Promise<void>((resolve) => {
        this.#wake = resolve
      })
    }
  }

  close(): void {
    this.#socket.destroy()
  }
}

/** The official Node driver's first 16 bytes. */
export const OFFICIAL_HANDSHAKE = Buffer.from('02000000 01000000 00000000 4853 4300'.replaceAll(' ', ''), 'hex')
/** The caretdev driver's. */
export const CARETDEV_HANDSHAKE = Buffer.from('02000000 00000000 00000000 4853 4100'.replaceAll(' ', ''), 'hex')

/** A `CN` request. */
export function connectRequest(namespace: string, user: string, password: string): Buffer {
  const items = [Buffer.from(namespace), disguise(user), disguise(password), 'root', 'machine', 'node'].map((content) =>
    Buffer.concat([Buffer.from([content.length + 2, 1]), Buffer.from(content)]),
  )
  const payload = Buffer.concat(items)
  const header = Buffer.alloc(14)
  header.writeUInt32LE(payload.length, 0)
  header.writeUInt32LE(2, 4)
  header.write('CN', 12)
  return Buffer.concat([header, payload])
}

/** A `DC` request. */
export function disconnectRequest(): Buffer {
  const header = Buffer.alloc(14)
  header.writeUInt32LE(3, 4)
  header.write('DC', 12)
  return header
}

/** Handshake and connect; the connection's client and the second reply's status, or what else came. */
export async function connectAs(
  port: number,
  user: string,
  password: string,
  namespace = 'USER',
): Promise<{ client: WireClient; status: number | undefined; payload: Buffer }> {
  const client = await WireClient.open(port)
  client.send(OFFICIAL_HANDSHAKE)
  await client.reply()
  client.send(connectRequest(namespace, user, password))
  const reply = await client.reply()
  return { client, status: reply?.status, payload: reply?.payload ?? Buffer.alloc(0) }
}

/** What the drivers do to a credential, found by undoing the documented way back for each possible byte. */
function disguise(text: string): Buffer {
  const plain = Buffer.from(text)
  const bytes = Buffer.alloc(plain.length)
  for (let i = 0; i < plain.length; i++) {
    const place = plain.length - 1 - i
    for (let candidate = 0; candidate < 256; candidate++) {
      const rotated = ((candidate << 3) & 0xff) | (candidate >> 5)
      if ((((rotated - place + 256 * 256) % 256) ^ 0xa7) === plain[i]) bytes[place] = candidate
    }
  }
  return bytes
}
