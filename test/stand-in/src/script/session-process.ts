import type { DatabaseSync } from 'node:sqlite'
import type { Namespaces } from '../instance/namespaces.ts'

/** A session's own connections to databases, where its transaction is. */
export class SessionProcess implements Disposable {
  readonly #namespaces: Namespaces
  readonly #open = new Map<string, DatabaseSync>()

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

  /** Rolls back. */
  [Symbol.dispose](): void {
    for (const database of this.#open.values()) if (database.isOpen) database.close()
  }
}
