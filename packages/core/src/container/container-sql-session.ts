import type { Duplex } from 'node:stream'
import { SESSION_CLASS } from '../connection/session-class.ts'
import type { SessionRequest, SqlSession } from '../connection/sql-session.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { type Frame, readFrames } from '../engine/stream-frames.ts'
import { IrisContainerError } from './container-error.ts'
import { NAMESPACE } from './iris-settings.ts'

/** A line of input is a command with a piece of the request in it; IRIS reads lines of 32,767 characters at most. */
const PIECE = 8_000
/** How long IRIS may take for a statement, in ms. */
const TIMEOUT_MS = 60_000
/** The end's mark and the prompt after it, which has the namespace's name, are shorter; in characters. */
const TAIL = 400

/**
 * Opens `iris session` in a container and keeps it open: one process of IRIS, whose open transaction is rolled back when
 * the session ends.
 *
 * @throws EngineError, IrisContainerError `SETTING_INVALID`
 */
export async function openContainerSqlSession(
  engine: EngineClient,
  container: string,
  namespace: string,
): Promise<SqlSession> {
  if (!NAMESPACE.test(namespace)) {
    throw new IrisContainerError({
      code: 'SETTING_INVALID',
      message: `${JSON.stringify(namespace)} is not a valid namespace name.`,
      hint: 'Use letters and digits, a letter first: SHOP. A % may come before it.',
      details: { namespace },
    })
  }
  const { Id } = await engine.call<{ Id: string }>(`/containers/${container}/exec`, {
    method: 'POST',
    body: {
      Cmd: ['iris', 'session', 'IRIS', '-U', namespace],
      AttachStdin: true,
      AttachStdout: true,
      AttachStderr: true,
    },
  })
  return new ContainerSqlSession(await engine.hijack(`/exec/${Id}/start`, { Detach: false, Tty: false }))
}

class ContainerSqlSession implements SqlSession {
  readonly #socket: Duplex
  readonly #frames: AsyncIterator<Frame>
  #last: Promise<unknown> = Promise.resolve()

  constructor(socket: Duplex) {
    this.#socket = socket
    this.#frames = readFrames(socket)
  }

  run(request: SessionRequest): Promise<string> {
    const answer = this.#last.then(() => this.#exchange(request))
    // Whoever asked is told.
    this.#last = answer.catch(() => {})
    return answer
  }

  async close(): Promise<void> {
    if (!this.#socket.destroyed) this.#socket.end('Halt\n')
    await this.#last
    // Its end is awaited so that what was open is rolled back by then.
    const timer = setTimeout(() => this.#socket.destroy(), TIMEOUT_MS)
    try {
      while (!(await this.#frames.next()).done);
    } catch {
      // A connection that has broken off has ended as well.
    } finally {
      clearTimeout(timer)
      this.#socket.destroy()
    }
  }

  async #exchange(request: SessionRequest): Promise<string> {
    this.#socket.write(`${sessionLines(request).join('\n')}\n`)
    const timer = setTimeout(() => this.#socket.destroy(new Error(`no answer within ${TIMEOUT_MS} ms`)), TIMEOUT_MS)
    let output = ''
    let tail = ''
    try {
      while (!/^@@END\r?$/m.test(tail)) {
        const { value, done } = await this.#frames.next()
        if (done) throw new Error(`the session has ended.${output.trim() && `\n${output.trim()}`}`)
        output += value.text
        tail = (tail + value.text).slice(-TAIL)
      }
    } finally {
      clearTimeout(timer)
    }
    return sessionAnswer(output)
  }
}

/** What is typed for a request. The end's mark is put together in the session, so that an echo can't be taken for it. */
export function sessionLines(request: SessionRequest): string[] {
  const encoded = Buffer.from(JSON.stringify(request)).toString('base64')
  const pieces = encoded.match(new RegExp(`.{1,${PIECE}}`, 'g')) ?? []
  return [
    'Set idt=""',
    ...pieces.map((piece) => `Set idt=idt_"${piece}"`),
    `Do ##class(${SESSION_CLASS}).Execute(idt)`,
    'Write !,"@@","END",!',
  ]
}

/**
 * The answer in what the session wrote, as one JSON text. Rows are put into it as they came, so that their numbers keep all
 * digits.
 */
export function sessionAnswer(output: string): string {
  const messages: string[] = []
  let pieces = ''
  let problem: string | undefined
  for (const line of output.split(/\r?\n/)) {
    const [, kind, piece = ''] = /^@@([PL]) ([A-Za-z0-9+/=]*)$/.exec(line) ?? []
    if (kind === undefined) problem ??= /^<[A-Z ]+>.*$/.exec(line)?.[0]
    else pieces += piece
    if (kind !== 'L') continue
    messages.push(Buffer.from(pieces, 'base64').toString('utf8'))
    pieces = ''
  }
  const outcome = messages.pop()
  if (outcome === undefined) return JSON.stringify({ problem: problem ?? `no answer: ${output.trim()}` })
  return outcome.replace(/\}$/, `,"rows":[${messages.join(',')}]}`)
}
