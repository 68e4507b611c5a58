import { mayBeAlive } from '../document/lease-record.ts'
import type { PortFacts, PortHolder } from './decide-port.ts'
import type { SurveyOutcome } from './engine-watch.ts'
import { probePort } from './probe-port.ts'
import type { SurveyedContainer } from './survey-engine.ts'

/** What is found out about the machine's ports while one request is served. */
export class MachineFacts implements PortFacts {
  readonly busy = new Map<number, PortHolder>()
  readonly dormant = new Set<number>()
  /** Ports that the project's own running container holds. */
  readonly own = new Set<number>()
  readonly mayBeAlive = mayBeAlive
  readonly #udp: boolean
  readonly #free = new Set<number>()

  /** @param options.udp whether ports must be free over UDP too */
  constructor({ udp }: { readonly udp: boolean }) {
    this.#udp = udp
  }

  /** @param isOwn whether a container is that of the project that asks */
  merge(outcome: SurveyOutcome, isOwn: (container: SurveyedContainer) => boolean): void {
    if (!outcome.reached) return
    for (const container of outcome.survey.containers) {
      const { name, image, state, ports } = container
      const active = state === 'running' || state === 'paused' || state === 'restarting'
      for (const port of ports) {
        if (isOwn(container)) {
          if (active) this.#learnOwn(port)
        } else if (active) this.busy.set(port, { kind: 'container', name, image, state })
        else this.dormant.add(port)
      }
    }
  }

  isKnown(port: number): boolean {
    return this.own.has(port) || this.busy.has(port) || this.#free.has(port)
  }

  /** Whether it was tried and nobody has it. */
  isFree(port: number): boolean {
    return this.#free.has(port) && !this.busy.has(port)
  }

  /**
   * Tries the ports that aren't known yet.
   *
   * @param survey a survey of the engine that is under way: a busy port that turns out to be a container's needs no
   *   further tries, which take some ms each.
   * @returns those that are free
   */
  async probe(ports: readonly number[], survey?: Promise<void>): Promise<number[]> {
    await Promise.all(ports.map((port) => (this.isKnown(port) ? undefined : this.#probe(port, survey))))
    return ports.filter((port) => !this.busy.has(port))
  }

  /** Forgets what was found held by a process: somebody else may just have been trying it, too. */
  invalidate(): void {
    for (const port of this.#heldByProcess()) this.busy.delete(port)
  }

  /** Tries again what was found held by a process. @returns whether any of it is free now */
  async probeAgain(): Promise<boolean> {
    const held = this.#heldByProcess()
    this.invalidate()
    return (await this.probe(held)).length > 0
  }

  #heldByProcess(): number[] {
    return [...this.busy].filter(([, holder]) => holder.kind === 'process').map(([port]) => port)
  }

  #learnOwn(port: number): void {
    this.own.add(port)
    this.busy.delete(port)
  }

  async #probe(port: number, survey: Promise<void> | undefined): Promise<void> {
    let outcome = await probePort(port, { udp: this.#udp, ...(survey ? { tries: 1 } : {}) })
    // Containers were asked for at the same time, and they say more.
    if (this.isKnown(port)) return
    if (survey && outcome === 'busy') {
      this.busy.set(port, { kind: 'process' })
      await survey
      if (this.own.has(port) || this.busy.get(port)?.kind === 'container') return
      outcome = await probePort(port, { udp: this.#udp })
      this.busy.delete(port)
    }
    if (outcome === 'free') this.#free.add(port)
    else if (outcome === 'busy') this.busy.set(port, { kind: 'process' })
    else this.busy.set(port, { kind: 'system', reason: 'the operating system keeps it for itself' })
  }
}
