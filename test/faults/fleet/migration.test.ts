import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import type { PortRegistryError } from '@iris-devtester/core/ports'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { openFleet } from './fleet-registry.ts'

interface Client {
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  end(): Promise<void>
}
const driver = createRequire(new URL('../../../packages/postgres/package.json', import.meta.url))('pg') as {
  Client: new (address: string) => Client
}
const OLD = readFileSync(new URL('./schemas/version-1.sql', import.meta.url), 'utf8')

describe.runIf(hasPostgres)('a schema that is migrated while others use its tables', () => {
  let server: PostgresServer
  let other: Client
  beforeAll(async () => {
    server = await PostgresServer.start()
    server.sql("create role ci login password 'secret'")
  })
  beforeEach(async () => {
    server.sql('set client_min_messages = error; drop schema if exists iris_devtester cascade')
    server.sql(OLD)
    other = new driver.Client(server.url())
    await other.connect()
  })
  afterEach(() => other.end())
  afterAll(() => server[Symbol.asyncDispose]())

  const waiting = () => server.sql("select count(*) from pg_locks where locktype = 'relation' and not granted")

  test('waits for them; if each waits for the other, it begins anew', async () => {
    // In another order than the migration, which changes assignments before changes.
    await other.query('begin; lock table iris_devtester.commit_id in access share mode')
    const migrated = openFleet(server.url(), 'old').assignPort('/tmp/a')
    await expect.poll(waiting, { timeout: 30_000, interval: 5 }).toBe('1')
    // Whoever of the two is ended, the registry goes on.
    await other.query('lock table iris_devtester.assignment in access share mode').catch(() => undefined)
    await other.query('rollback')
    expect(await migrated).toMatchObject({ status: 'active' })
  })

  test('gives up after a while, with the reason and nothing changed, as everybody waits behind it', async () => {
    await other.query('begin; lock table iris_devtester.commit_id in access share mode')
    const before = server.schema()
    const error = await openFleet(server.url('owner', '?connect_timeout=1'), 'old')
      .read()
      .catch((reason: PortRegistryError) => reason)
    expect(error).toMatchObject({ code: 'REGISTRY_UNREACHABLE', hint: expect.stringContaining('pg_stat_activity') })
    expect(server.schema()).toBe(before)
    await other.query('rollback')
    expect(await openFleet(server.url(), 'old').assignPort('/tmp/a')).toMatchObject({ status: 'active' })
  })
})
