import type { ServerResponse } from 'node:http'
import { SECURITY_HEADERS } from './page-files.ts'

/** How often a sign of life is sent, in ms, so that both sides notice the other's end. */
const SIGN_MS = 15_000
/** How much may wait to be read by a viewer that has stopped reading, in bytes; such a one is cut off, and comes again. */
const MAX_WAITING = 16_000_000

/** Answers with server-sent events. */
export class EventStream {
  readonly #response: ServerResponse
  readonly #controller = new AbortController()

  constructor(response: ServerResponse) {
    this.#response = response
    response.writeHead(200, { ...SECURITY_HEADERS, 'Content-Type': 'text/event-stream' })
    response.write('retry: 500\n\n')
    const sign = setInterval(() => response.write(':\n\n'), SIGN_MS)
    response.once('close', () => {
      clearInterval(sign)
      this.#controller.abort()
    })
  }

  /** Aborts when the viewer has gone. */
  get signal(): AbortSignal {
    return this.#controller.signal
  }

  send(event: string, value: unknown): void {
    const { writableEnded, destroyed, writableLength } = this.#response
    if (writableEnded || destroyed) return
    if (writableLength > MAX_WAITING) return void this.#response.destroy()
    this.#response.write(`event: ${event}\ndata: ${JSON.stringify(value)}\n\n`)
  }

  end(): void {
    this.#response.end()
  }
}
