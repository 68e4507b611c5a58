import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'

interface EngineEvent {
  readonly Action: string
  /** Nanoseconds since 1970, which is more than a number holds exactly; milliseconds are enough. */
  readonly timeNano: number
}

/** Hears from the engine when containers end, to measure how much later somebody says so. */
export class EndClock implements AsyncDisposable {
  readonly #engine: EngineClient
  readonly #over = new AbortController()
  #lastEnd: number | undefined
  #reading: Promise<void> | undefined

  private constructor(engine: EngineClient) {
    this.#engine = engine
  }

  static async start(engine: EngineClient): Promise<EndClock> {
    const clock = new EndClock(engine)
    const filters = JSON.stringify({ type: ['container'], event: ['die'] })
    const answer = await engine.open('/events', { query: { filters }, signal: clock.#over.signal })
    clock.#reading = clock.#read(answer)
    return clock
  }

  /** Ms from the last end of a container until now, by the engine's clock for the one and ours for the other. */
  async sinceEnd(): Promise<number> {
    const now = Date.now()
    while (this.#lastEnd === undefined) await new Promise((resolve) => setTimeout(resolve, 10))
    return Math.round(now - this.#lastEnd)
  }

  /** How long the engine alone takes to create, start, see the end of, and remove the same container, in ms. */
  async plainRemoval(image: string, environment: Readonly<Record<string, string>>): Promise<number> {
    const began = performance.now()
    const Env = Object.entries({ STANDIN_BOOT_MS: '50', ...environment }).map(([name, value]) => `${name}=${value}`)
    const { Id } = await this.#engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      body: { Image: image, Env },
    })
    await this.#engine.startContainer(Id)
    await (await this.#engine.open(`/containers/${Id}/wait`, { method: 'POST', timeoutMs: 0 })).toArray()
    await this.#engine.removeContainer(Id)
    return Math.round(performance.now() - began)
  }

  async #read(answer: AsyncIterable<Buffer>): Promise<void> {
    try {
      for await (const chunk of answer) {
        for (const line of String(chunk).split('\n').filter(Boolean)) {
          const { timeNano } = JSON.parse(line) as EngineEvent
          this.#lastEnd = timeNano / 1e6
        }
      }
    } catch {
      // It is over.
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#over.abort()
    await this.#reading
  }
}
