import { debugLog } from '../../debug/debug-log.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import type { CommitQueue } from './commit-queue.ts'
import type { RegistrySnapshot, RegistryStore, RegistryTurn } from './registry-store.ts'

const debug = debugLog('ports')

/** What is to be done with the registry as it is now. */
export type WriteStep<T> =
  | { readonly kind: 'done'; readonly value: T }
  | { readonly kind: 'commit'; readonly next: RegistryDocument; readonly value: T; readonly durable?: boolean }
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
   * @param mayPeek whether the first try may go by what was read last: only for a step that is about one project
   * @throws PortAssignmentTimeoutError when others keep writing for longer than the time-out
   */
  async run<T>(step: (document: RegistryDocument) => WriteStep<T>, mayPeek = false): Promise<T> {
    const peeked = mayPeek ? await this.#tryPeeked(step) : undefined
    if (peeked?.kind === 'done') return peeked.value
    let deadline = performance.now() + this.#timeoutMs
    let queued = peeked?.kind === 'lost'
    for (;;) {
      const attempt: Attempt<T> = queued
        ? await this.#queue.run((turn) => this.#insist(step, deadline, turn as RegistryTurn<Snapshot>), deadline)
        : await this.#try(step, () => !this.#queue.isHeld())
      if (attempt.kind === 'done') return attempt.value
      if (attempt.kind === 'lost') queued = true
      else {
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

  /** Saves the read where there is something to commit: that fails if it was read too long ago. */
  async #tryPeeked<T>(
    step: (document: RegistryDocument) => WriteStep<T>,
  ): Promise<Exclude<Attempt<T>, { kind: 'prepare' }> | undefined> {
    const snapshot = this.#store.peek?.()
    if (!snapshot) return undefined
    let wanted: WriteStep<T>
    try {
      wanted = step(snapshot.document)
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
    const committed = await this.#store.commit(snapshot, wanted.next, wanted.durable)
    return committed && { kind: 'done', value: wanted.value }
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
    const began = performance.now()
    const commit = store.commit(snapshot, wanted.next, wanted.durable)
    const committed = commit instanceof Promise ? await commit : commit
    debug(() => {
      const outcome = committed ? 'committed' : 'conflict: somebody else was faster'
      return `generation ${snapshot.document.generation + 1} ${outcome} in ${(performance.now() - began).toFixed(1)} ms`
    })
    return committed ? { kind: 'done', value: wanted.value } : { kind: 'lost' }
  }
}
