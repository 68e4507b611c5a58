import type { DatabaseSync } from 'node:sqlite'
import type { Namespaces } from '../instance/namespaces.ts'

/** What a session has of its own: connections to databases, where its transaction is, and locks. */
export class SessionProcess implements Disposable {
  readonly #namespaces: Namespaces
  readonly #open = new Map<string, DatabaseSync>()
  readonly #releases: (() => void)[] = []

  constructor(namespaces: Namespaces) {
    this.#namespaces = namespaces
  }

  database(namespace: string): DatabaseSync {
    const open = this.#open.get(namespace)
    if (open?.isOpen) return open
    const database = this.#namespaces.openAnother(namespace)
    this.#open.set(namespace, database)
    return database
  }

  /** Holds a lock until the session ends. */
  lock(all: Set<{ readonly name: string }>, name: string): void {
    const one = { name }
    all.add(one)
    this.#releases.push(() => all.delete(one))
  }

  /** Rolls back, and gives locks back. */
  [Symbol.dispose](): void {
    for (const release of this.#releases) release()
    for (const database of this.#open.values()) if (database.isOpen) database.close()
  }
}
