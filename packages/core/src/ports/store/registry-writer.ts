import { debugLog } from '../../debug/debug-log.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import type { RegistrySnapshot, RegistryStore } from './registry-store.ts'
import { lockTimedOut, type WriteQueue } from './write-queue.ts'

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
export class RegistryWriter<Snapshot extends RegistrySnapshot> {
  readonly #store: RegistryStore<Snapshot>
  readonly #queue: WriteQueue
  readonly #lock: string
  readonly #timeoutMs: number

  constructor(store: RegistryStore<Snapshot>, queue: WriteQueue, lock: string, timeoutMs: number) {
    this.#store = store
    this.#queue = queue
    this.#lock = lock
    this.#timeoutMs = timeoutMs
  }

  /**
   * @param step a pure function of the registry and what has been found out; asked again after each lost try
   * @throws PortAssignmentTimeoutError when others keep writing for longer than the time-out
   */
  async run<T>(step: (document: RegistryDocument) => WriteStep<T>): Promise<T> {
    let deadline = performance.now() + this.#timeoutMs
    let queued = false
    for (;;) {
      const attempt: Attempt<T> = queued
        ? await this.#queue.run(() => this.#insist(step, deadline), deadline)
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

  async #insist<T>(step: (document: RegistryDocument) => WriteStep<T>, deadline: number): Promise<Attempt<T>> {
    for (;;) {
      const attempt = await this.#try(step)
      if (attempt.kind !== 'lost') return attempt
      if (performance.now() > deadline) throw lockTimedOut(this.#lock, this.#timeoutMs)
    }
  }

  async #try<T>(step: (document: RegistryDocument) => WriteStep<T>, mayCommit = () => true): Promise<Attempt<T>> {
    const read = this.#store.read()
    const snapshot = read instanceof Promise ? await read : read
    const wanted = step(snapshot.document)
    if (wanted.kind !== 'commit') return wanted
    if (!mayCommit()) {
      debug(() => 'somebody else is writing: queueing')
      return { kind: 'lost' }
    }
    const began = performance.now()
    const commit = this.#store.commit(snapshot, wanted.next, wanted.durable)
    const committed = commit instanceof Promise ? await commit : commit
    debug(() => {
      const outcome = committed ? 'committed' : 'conflict: somebody else was faster'
      return `generation ${snapshot.document.generation + 1} ${outcome} in ${(performance.now() - began).toFixed(1)} ms`
    })
    return committed ? { kind: 'done', value: wanted.value } : { kind: 'lost' }
  }
}
