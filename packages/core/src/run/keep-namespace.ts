import { askHolder } from '../connection/holder.ts'

/** Which namespace a test has failed in. */
export interface FailedIn {
  /** The superserver's port, which tells instances apart. */
  readonly port: number
  readonly namespace: string
  /** The test, for people. */
  readonly test: string
}

/**
 * Has the process that holds the run's IRIS keep a copy of a namespace as a failed test left it.
 *
 * @param address of the run's holder.
 * @returns lines for people: where the copy is, or why there is none. The test has failed already, so this doesn't.
 */
export function keepNamespace(address: string, { port, namespace, test }: FailedIn): Promise<string> {
  return askHolder(address, 'keep', String(port), namespace, test).catch((error: Error) => error.message)
}
