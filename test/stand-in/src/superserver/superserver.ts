import { createServer, type Server, type Socket } from 'node:net'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../instance/instance.ts'
import { ZVERSION } from '../instance/version.ts'
import { decodeItems, encodeItem } from './list-item.ts'
import { encodeReply, type Message, takeMessage } from './message.ts'
import { deobfuscate } from './obfuscation.ts'

const ACCESS_DENIED = 417
const UNSUPPORTED = 400
const PROTOCOL_VERSION = 67

/** The superserver, as far as a driver's `createConnection` needs it: handshake, connect, disconnect. */
export function createSuperserver(instance: Instance): Server {
  let connections = 0
  return createServer((socket) => {
    const connection = new Connection(instance, socket, `driver ${++connections}`)
    let pending: Buffer = Buffer.alloc(0)
    // A peer that goes away in the middle is its own affair.
    socket.on('error', () => socket.destroy())
    socket.on('close', () => connection.end())
    socket.on('data', (chunk) => {
      if (instance.switches.noHandshake) return
      pending = Buffer.concat([pending, chunk])
      for (;;) {
        const taken = takeMessage(pending)
        if (taken === 'garbage') socket.destroy()
        if (taken === undefined || taken === 'garbage') return
        pending = taken.rest
        connection.receive(taken.message)
      }
    })
  })
}

/** One driver's connection. */
class Connection {
  readonly #instance: Instance
  readonly #socket: Socket
  readonly #holder: string
  #turn: Promise<void> = Promise.resolve()
  #greeted = false

  constructor(instance: Instance, socket: Socket, holder: string) {
    this.#instance = instance
    this.#socket = socket
    this.#holder = holder
  }

  /** Answers in the order of the requests, however slow an answer is. */
  receive(message: Message): void {
    this.#turn = this.#turn.then(async () => {
      if (this.#instance.switches.slowMs > 0) await sleep(this.#instance.switches.slowMs)
      this.#answer(message)
    })
  }

  end(): void {
    this.#instance.licenses.release(this.#holder)
  }

  #answer(message: Message): void {
    if (message.code === 'HS') this.#probeSuperserver(message)
    else if (message.code === 'DC') this.#socket.end()
    else if (!this.#greeted) this.#socket.destroy()
    else if (message.code === 'CN') this.#connect(message)
    else this.#reply(message, UNSUPPORTED, encodeItem(`<UNIMPLEMENTED> the stand-in doesn't know ${message.code}`))
  }

  #probeSuperserver(message: Message): void {
    if (message.payload.length < 2) {
      this.#socket.destroy()
      return
    }
    this.#greeted = true
    const versions = Buffer.alloc(4)
    versions.writeUInt16LE(PROTOCOL_VERSION, 0)
    versions.writeUInt16LE(1, 2)
    this.#reply(message, 0, Buffer.concat([versions, encodeItem('latin1')]))
  }

  #connect(message: Message): void {
    const refusal = this.#refusal(message.payload)
    if (refusal !== undefined) {
      this.#reply(message, ACCESS_DENIED, encodeItem(refusal))
      this.#socket.end()
      return
    }
    const items = [ZVERSION, 1, 0, 0, String(process.pid), 0, 0]
    this.#reply(message, 0, Buffer.concat(items.map(encodeItem)))
  }

  /** Why the connection is refused; `undefined` when it is granted, and then it holds a licence unit. */
  #refusal(payload: Buffer): string | undefined {
    let items: (Buffer | number | null)[]
    try {
      items = decodeItems(payload)
    } catch {
      return 'Access Denied'
    }
    const [namespace, user, password] = items.map((item) => (Buffer.isBuffer(item) ? item : Buffer.alloc(0)))
    const instance = this.#instance
    if (!namespace || !user || !password || !instance.logonsEnabled) return 'Access Denied'
    if (!instance.allowsPasswords('%Service_Bindings')) return 'Access Denied'
    if (instance.signOn.check(deobfuscate(user), deobfuscate(password)).kind !== 'ok') return 'Access Denied'
    if (!instance.namespaces.has(namespace.toString('latin1'))) return 'Access Denied'
    return instance.takeUnit(this.#holder) ? undefined : '<LICENSE LIMIT EXCEEDED>'
  }

  #reply(request: Message, status: number, payload: Buffer): void {
    this.#socket.write(encodeReply(request, status, payload))
  }
}
