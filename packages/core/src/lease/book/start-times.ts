import type { StartPhase } from '../../container/readiness-request.ts'
import type { StartReporter } from './start-reporter.ts'

/** A part of a run's start, in the order in which they come. */
export type TimedPhase = 'waiting' | 'pull' | 'stop' | 'create' | StartPhase | 'namespaces' | 'load'

/** How long one part took. */
export interface PhaseTime {
  /** Which part. */
  readonly phase: TimedPhase
  /** In ms. */
  readonly ms: number
}

/** Measures where the time of a start goes, by what its reporter is told. */
export class StartTimes {
  readonly #clock: () => number
  readonly #phases: { phase: TimedPhase; ms: number }[] = []
  #current: { readonly phase: TimedPhase; readonly since: number }

  /** @param first the part that has begun */
  constructor(first: TimedPhase = 'create', clock: () => number = () => performance.now()) {
    this.#clock = clock
    this.#current = { phase: first, since: clock() }
  }

  /** The part that begins now; the one before has ended. */
  enter(phase: TimedPhase): void {
    if (phase === this.#current.phase) return
    this.#endCurrent()
    this.#current = { phase, since: this.#clock() }
  }

  /** All parts until now. One that came several times is one. */
  end(): readonly PhaseTime[] {
    this.#endCurrent()
    return this.#phases.filter(({ ms }) => ms >= 0.5).map(({ phase, ms }) => ({ phase, ms: Math.round(ms) }))
  }

  /** A reporter that tells another one, and this. */
  watch(reporter: StartReporter): StartReporter {
    return {
      pulling: (image, progress) => {
        this.enter('pull')
        reporter.pulling(image, progress)
      },
      starting: (containerName, phase) => {
        this.enter(phase)
        reporter.starting(containerName, phase)
      },
      ready: (report) => reporter.ready(report),
      warning: (text) => reporter.warning(text),
      failed: () => reporter.failed(),
    }
  }

  #endCurrent(): void {
    const { phase, since } = this.#current
    const now = this.#clock()
    const known = this.#phases.find((one) => one.phase === phase)
    if (known) known.ms += now - since
    else this.#phases.push({ phase, ms: now - since })
    this.#current = { phase, since: now }
  }
}
