/**
 * Vitest's `test` with fixtures for IRIS.
 *
 * @module
 */

import { connectIris, type IrisConnection } from '@iris-devtester/core/connection'
import { test as base, inject } from 'vitest'

export { expect } from 'vitest'
export type { IrisInstances, ProvidedInstance, ProvidedInstances, ProvidedIris } from './provided-iris.ts'

/** What the fixtures give a test. */
export interface IrisFixtures {
  /** A connection to this worker's namespace. */
  iris: IrisConnection
  /** Runs a statement in this worker's namespace and gives its rows. */
  sql: IrisConnection['sql']
}

/** Vitest's `test` with the fixtures `iris` and `sql`. */
export const test = base.extend<IrisFixtures>({
  iris: async ({}, use) => {
    const connection = connectIris(inject('iris'))
    await use(connection)
    await connection.close()
  },
  sql: async ({ iris }, use) => use(iris.sql.bind(iris)),
})
export { test as it }
