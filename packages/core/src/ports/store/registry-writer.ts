import { debugLog } from '../../debug/debug-log.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { PortChoice, RegistrySnapshot, RegistryStore, RegistryTurn } from './registry-store.ts'

const debug = debugLog('ports')

/** What is to be done with the registry as it is now. */
export type WriteStep<T> =
  | { readonly kind: 'done'; readonly value: T }
  | {
      readonly kind: 'commit'
      readonly next: RegistryDocument
      readonly value: T
      readonly durable?: boolean
      /** Other ports that would do, and what the value is for the one that was taken. */
      readonly anyOf?: PortChoice & { readonly outcomeOf: (committed: RegistryDocument) => T }
    }
  /** Something has to be found out first that takes time; then the step is asked again. */
  | { readonly kind: 'prepare'; readonly work: () => Promise<void> }

type Attempt<T> = Exclude<WriteStep<T>, { kind: 'commit' }> | { readonly kind: 'lost' }

/**
 * Makes changes until one of them is committed. The first try goes ahead if nobody is writing; who finds or loses to
 * somebody else queues, unless there is nothing to change. Whatever takes time is done outside the queue.
 */
export class RegistryWriter<Snapshot extends RegistrySnapshot = RegistrySnapshot> {
  readonly #store: RegistryStore<Snapshot>
  readonly #queue: CommitQueue
  readonly #timeoutMs: number

  constructor(store: RegistryStore<Snapshot>, queue: CommitQueue, timeoutMs: number) {
    this.#store = store
    this.#queue = queue
    this.#timeoutMs = timeoutMs
  }

  /**
   * @param step a pure function of the registry and what has been found out; asked again after each lost try
   * @param mayPeek whether the first try may go by what was read last, or before something was found out: only for a step
   *   that is about one project
   * @throws PortAssignmentTimeoutError when others keep writing for longer than the time-out
   */
  async run<T>(step: (document: RegistryDocument) => WriteStep<T>, mayPeek = false): Promise<T> {
    const first = mayPeek ? await this.#tryFirst(step) : undefined
    if (first?.kind === 'done') return first.value
    let deadline = performance.now() + this.#timeoutMs
    let queued = first?.kind === 'lost'
    for (;;) {
      const attempt: Attempt<T> = queued
        ? await this.#queue.run((turn) => this.#insist(step, deadline, turn as RegistryTurn<Snapshot>), deadline)
        : await this.#try(step, () => !this.#queue.isHeld())
      if (attempt.kind === 'done') return attempt.value
      if (attempt.kind === 'lost') {
        // Reaching the store may have taken long. It is others who are waited for from now on.
        if (!queued) deadline = performance.now() + this.#timeoutMs
        queued = true
      } else {
        const began = performance.now()
        await attempt.work()
        deadline += performance.now() - began
      }
    }
  }

  async #insist<T>(
    step: (document: RegistryDocument) => WriteStep<T>,
    deadline: number,
    turn: RegistryTurn<Snapshot> = this.#store,
  ): Promise<Attempt<T>> {
    for (let lost = 1; ; lost += 1) {
      const attempt = await this.#try(step, () => true, turn)
      if (attempt.kind !== 'lost') return attempt
      if (performance.now() > deadline) throw this.#queue.timedOut()
      await this.#queue.pause(lost)
    }
  }

  /**
   * Saves a read where there is something to commit: that fails if what it goes by was read too long ago. On a store that many
   * machines write, nothing is read again after something was found out: it would be out of date as soon.
   */
  async #tryFirst<T>(
    step: (document: RegistryDocument) => WriteStep<T>,
  ): Promise<Exclude<Attempt<T>, { kind: 'prepare' }> | undefined> {
    const peeked = this.#store.peek?.()
    const snapshot = peeked ?? (this.#store.isShared ? await this.#store.read() : undefined)
    if (!snapshot) return undefined
    let wanted: WriteStep<T>
    try {
      wanted = step(snapshot.document)
      if (wanted.kind === 'done' && !peeked) return wanted
      if (wanted.kind === 'prepare') {
        await wanted.work()
        wanted = step(snapshot.document)
      }
    } catch (error) {
      debug.swallowed('try with what was read last', error)
      return undefined
    }
    if (wanted.kind !== 'commit') return undefined
    if (this.#queue.isHeld()) return { kind: 'lost' }
    const attempt = await this.#commit(this.#store, snapshot, wanted)
    return attempt.kind === 'lost' && peeked ? undefined : attempt
  }

  async #try<T>(
    step: (document: RegistryDocument) => WriteStep<T>,
    mayCommit: () => boolean,
    store: RegistryTurn<Snapshot> = this.#store,
  ): Promise<Attempt<T>> {
    const read = store.read()
    const snapshot = read instanceof Promise ? await read : read
    const wanted = step(snapshot.document)
    if (wanted.kind !== 'commit') return wanted
    if (!mayCommit()) {
      debug(() => 'somebody else is writing: queueing')
      return { kind: 'lost' }
    }
    return this.#commit(store, snapshot, wanted)
  }

  async #commit<T>(
    store: RegistryTurn<Snapshot>,
    snapshot: Snapshot,
    { next, value, durable, anyOf }: Extract<WriteStep<T>, { kind: 'commit' }>,
  ): Promise<Extract<Attempt<T>, { kind: 'done' | 'lost' }>> {
    const began = performance.now()
    const commit = store.commit(snapshot, next, durable, anyOf)
    const committed = commit instanceof Promise ? await commit : commit
    debug(() => {
      const outcome = committed ? 'committed' : 'conflict: somebody else was faster'
      return `generation ${snapshot.document.generation + 1} ${outcome} in ${(performance.now() - began).toFixed(1)} ms`
    })
    if (!committed) return { kind: 'lost' }
    return { kind: 'done', value: anyOf ? anyOf.outcomeOf(committed.document) : value }
  }
}
