import { setTimeout as delay } from 'node:timers/promises'
import { PortAssignmentTimeoutError } from '../document/port-registry-error.ts'
import type { RegistryStore, RegistryTurn } from './registry-store.ts'

/** Lets writers that lost a commit to others wait for their turn. It is a courtesy: the store decides whose commit counts. */
export interface CommitQueue {
  /** Whether somebody is writing, so that a commit would be lost. */
  isHeld(): boolean
  /**
   * @param work is given what it is to read and commit with, where that isn't the store itself
   * @param deadline when to give up waiting, on `performance.now()`'s clock
   * @throws PortAssignmentTimeoutError
   */
  run<T>(work: (turn?: RegistryTurn) => Promise<T>, deadline: number): Promise<T>
  /** Called between two commits of one piece of work that were lost. */
  pause(attempt: number): Promise<void>
  /** The error for a registry that others kept busy for longer than that. */
  timedOut(): PortAssignmentTimeoutError
}

/** The most that a writer waits before it tries again, in ms. */
const LONGEST_PAUSE_MS = 100

/** For how long after a lost commit others are expected to be writing, in ms. */
const BUSY_MS = 1_000

/** For a store that is no folder: who loses a commit takes its turn where the store has turns, or else pauses a little. */
export class StoreQueue implements CommitQueue {
  readonly #store: RegistryStore
  readonly #timeoutMs: number
  #busyUntil = 0

  constructor(store: RegistryStore, timeoutMs: number) {
    this.#store = store
    this.#timeoutMs = timeoutMs
  }

  isHeld(): boolean {
    return performance.now() < this.#busyUntil
  }

  async run<T>(work: (turn?: RegistryTurn) => Promise<T>, deadline: number): Promise<T> {
    if (!this.#store.inTurn) return work()
    if (!this.isHeld()) this.#expectOthers()
    return this.#store.inTurn((turn) => {
      if (turn.hadToWait) this.#expectOthers()
      return work(turn)
    }, deadline)
  }

  #expectOthers(): void {
    this.#busyUntil = performance.now() + BUSY_MS
  }

  async pause(attempt: number): Promise<void> {
    await delay(Math.random() * Math.min(LONGEST_PAUSE_MS, 2 ** attempt))
  }

  timedOut(): PortAssignmentTimeoutError {
    return new PortAssignmentTimeoutError({
      code: 'PORT_ASSIGNMENT_TIMEOUT',
      message: `Other processes kept the port registry ${this.#store.path} busy for more than ${this.#timeoutMs} ms. Nothing was changed.`,
      hint: 'Try again.',
      details: { registry: this.#store.path, timeoutMs: this.#timeoutMs },
    })
  }
}
