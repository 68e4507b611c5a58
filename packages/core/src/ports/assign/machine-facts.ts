import { mayBeAlive } from '../document/lease-record.ts'
import { isPublished, type ServiceName, usesUdp } from '../document/services.ts'
import type { PortFacts, PortHolder } from './decide-port.ts'
import type { SurveyOutcome } from './engine-watch.ts'
import { probePort } from './probe-port.ts'
import type { SurveyedContainer } from './survey-engine.ts'

/** What is found out about the ports of the machine, or of the engine's, while one request is served. */
export class MachineFacts implements PortFacts {
  readonly busy = new Map<number, PortHolder>()
  readonly dormant = new Set<number>()
  /** Ports that the project's own running container holds. */
  readonly own = new Set<number>()
  readonly mayBeAlive = mayBeAlive
  readonly #service: ServiceName
  readonly #free = new Set<number>()
  #isElsewhere = false

  /** @param service whose ports they are */
  constructor(service: ServiceName) {
    this.#service = service
  }

  /** Whether the ports are another machine's: its engine knows who has them, and this machine doesn't. */
  get isElsewhere(): boolean {
    return this.#isElsewhere
  }

  /** @param isOwn whether a container is that of the project that asks */
  merge(outcome: SurveyOutcome, isOwn: (container: SurveyedContainer) => boolean): void {
    if (!outcome.reached) return
    if (outcome.survey.isElsewhere && isPublished(this.#service)) {
      this.#isElsewhere = true
      // What was tried meanwhile was tried on the wrong machine.
      this.invalidate()
    }
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
    return this.#isElsewhere || this.own.has(port) || this.busy.has(port) || this.#free.has(port)
  }

  /** Whether it was tried, where it can be, and nobody has it. */
  isFree(port: number): boolean {
    return (this.#isElsewhere || this.#free.has(port)) && !this.busy.has(port)
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
    const udp = usesUdp(this.#service)
    let outcome = await probePort(port, { udp, ...(survey ? { tries: 1 } : {}) })
    // Containers were asked for at the same time, and they say more.
    if (this.isKnown(port)) return
    if (survey && outcome === 'busy') {
      this.busy.set(port, { kind: 'process' })
      await survey
      if (this.#isElsewhere || this.own.has(port) || this.busy.get(port)?.kind === 'container') return
      outcome = await probePort(port, { udp })
      this.busy.delete(port)
    }
    if (outcome === 'free') this.#free.add(port)
    else if (outcome === 'busy') this.busy.set(port, { kind: 'process' })
    else this.busy.set(port, { kind: 'system', reason: 'the operating system keeps it for itself' })
  }
}
