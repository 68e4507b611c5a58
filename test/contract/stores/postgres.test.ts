import { afterAll, beforeAll, test } from 'vitest'
import { createPostgresStore } from '../../../packages/postgres/src/index.ts'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { runOnStores } from '../registry-fixture.ts'
import { runContractSuites } from './contract-suites.ts'

if (hasPostgres) {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  runOnStores((id) => createPostgresStore({ url: server.url(), registryId: id, engine: async () => ({ id }) }))
  runContractSuites()
} else test.skip('there is no PostgreSQL server here: apt-get install postgresql')
