import type { SqlSession } from '../../connection/sql-session.ts'
import { LeaseError } from '../book/lease-error.ts'

/** The sessions that a run's transactions have open, by their namespaces. */
export class OpenSessions {
  readonly #counts = new Map<string, number>()

  /** Opens one, which counts until it is closed. */
  async open(namespace: string, open: () => Promise<SqlSession>): Promise<SqlSession> {
    const session = await open()
    this.#add(namespace, 1)
    let isOpen = true
    return {
      run: (request) => session.run(request),
      close: async () => {
        if (isOpen) this.#add(namespace, -1)
        isOpen = false
        await session.close()
      },
    }
  }

  /**
   * Refuses what would end a transaction in its middle: it would go on with half of its statements taken back.
   *
   * @throws LeaseError with the code
   */
  refuse(code: 'SNAPSHOT_FAILED' | 'RESTORE_FAILED', namespace: string): void {
    if ((this.#counts.get(namespace.toUpperCase()) ?? 0) === 0) return
    const what = code === 'SNAPSHOT_FAILED' ? 'copied' : 'put back to a snapshot'
    throw new LeaseError({
      code,
      message: `The namespace ${namespace} could not be ${what}: a transaction is open in it, which that would end. The namespace is unchanged.`,
      hint: 'Call it before connection.transaction(), or after it has ended.',
      details: { namespace, isUsable: true },
    })
  }

  #add(namespace: string, more: number): void {
    const key = namespace.toUpperCase()
    this.#counts.set(key, (this.#counts.get(key) ?? 0) + more)
  }
}
