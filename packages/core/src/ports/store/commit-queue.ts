import { setTimeout as delay } from 'node:timers/promises'
import { PortAssignmentTimeoutError } from '../document/port-registry-error.ts'

/** Lets writers that lost a commit to others wait for their turn. It is a courtesy: the store decides whose commit counts. */
export interface CommitQueue {
  /** Whether somebody is writing, so that a commit would be lost. */
  isHeld(): boolean
  /**
   * @param deadline when to give up waiting, on `performance.now()`'s clock
   * @throws PortAssignmentTimeoutError
   */
  run<T>(work: () => Promise<T>, deadline: number): Promise<T>
  /** Called between two commits of one piece of work that were lost. */
  pause(attempt: number): Promise<void>
  /** The error for a registry that others kept busy for longer than that. */
  timedOut(): PortAssignmentTimeoutError
}

/** The most that a writer waits before it tries again, in ms. */
const LONGEST_PAUSE_MS = 100

/** For a store that needs no queue: who loses a commit waits a little, longer each time, and tries again. */
export class BackOff implements CommitQueue {
  readonly #path: string
  readonly #timeoutMs: number

  constructor(path: string, timeoutMs: number) {
    this.#path = path
    this.#timeoutMs = timeoutMs
  }

  isHeld(): boolean {
    return false
  }

  run<T>(work: () => Promise<T>): Promise<T> {
    return work()
  }

  async pause(attempt: number): Promise<void> {
    await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt))
  }

  timedOut(): PortAssignmentTimeoutError {
    return new PortAssignmentTimeoutError({
      code: 'PORT_ASSIGNMENT_TIMEOUT',
      message: `Others kept the port registry ${this.#path} busy for more than ${this.#timeoutMs} ms. Nothing was changed.`,
      hint: 'Try again.',
      details: { registry: this.#path, timeoutMs: this.#timeoutMs },
    })
  }
}
