import { createRequire } from 'node:module'
import { setTimeout as sleep } from 'node:timers/promises'
import type { PortRegistryError } from '@iris-devtester/core/ports'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { PgBouncer } from '../../machine/pgbouncer.ts'
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
const RANGES = { node: [23_400, 23_449] } as const

describe.runIf(hasPostgres)('a server whose administrator has set other values than the defaults', () => {
  let server: PostgresServer
  let changed: string[] = []
  beforeAll(async () => {
    server = await PostgresServer.start()
    await openFleet(server.url()).read()
    server.sql("create role other superuser login password 'secret'")
  })
  afterEach(() => {
    for (const name of changed) server.sql(`set transaction_read_only = off; alter role owner reset ${name}`)
    changed = []
  })
  afterAll(() => server[Symbol.asyncDispose]())

  /** For all sessions of the role that begin from now on. */
  function set(name: string, value: string): void {
    changed.push(name)
    server.sql(`alter role owner set ${name} = ${value}`)
  }

  const connections = (which: string) =>
    Number(server.sql(`select count(*) from pg_stat_activity where pid <> pg_backend_pid() and ${which}`))
  const refusal = (request: Promise<unknown>) =>
    request.then(
      () => undefined,
      (error: PortRegistryError) => error,
    )

  test.each([
    ['lock_timeout', "'5ms'"],
    ['idle_session_timeout', "'50ms'"],
    ['idle_in_transaction_session_timeout', "'20ms'"],
    ['default_transaction_isolation', "'serializable'"],
    ['default_transaction_deferrable', 'on'],
    ['search_path', "''"],
    ['timezone', "'Asia/Kathmandu'"],
    ['datestyle', "'SQL, DMY'"],
    ['standard_conforming_strings', 'off'],
  ])('%s = %s: many at once get a port each, those of one project the same', async (name, value) => {
    set(name, value)
    const registries = Array.from({ length: 12 }, () => openFleet(server.url(), name, { ranges: RANGES }))
    const ports = await Promise.all(
      registries.map(
        async (registry, number) => (await registry.assignPort(`/tmp/${number % 8}`, { service: 'node' })).port,
      ),
    )
    expect(new Set(ports).size).toBe(8)
    for (let number = 8; number < 12; number += 1) expect(ports[number]).toBe(ports[number - 8])
    await Promise.all(registries.map((registry) => registry.close()))
  })

  test('read-only, as a replica is: what is there can be read, and a change is refused with the reason', async () => {
    const { port } = await openFleet(server.url(), 'replica').assignPort('/tmp/a')
    set('default_transaction_read_only', 'on')
    const registry = openFleet(server.url(), 'replica')
    expect(await registry.getAssignment('/tmp/a')).toMatchObject({ port })
    for (const change of [
      () => registry.assignPort('/tmp/b'),
      () => registry.renewLease('x'),
      () => openFleet(server.url(), 'new').read(),
    ]) {
      expect(await refusal(change())).toMatchObject({
        code: 'REGISTRY_REFUSED',
        hint: expect.stringContaining('primary'),
      })
    }
    await registry.close()
  })

  test('a time-out for statements that is shorter than the wait for others: who waits asks again', async () => {
    await openFleet(server.url(), 'waits').read()
    set('statement_timeout', "'300ms'")
    const busy = new driver.Client(server.url('other'))
    await busy.connect()
    await busy.query(`begin; select pg_advisory_xact_lock(4951438, hashtext('waits'))`)
    const assigned = openFleet(server.url(), 'waits', { ranges: RANGES }).assignPort('/tmp/a', { service: 'node' })
    await sleep(1_000)
    await busy.query('rollback')
    expect(await assigned).toMatchObject({ port: 23_400 })
    await busy.end()
  })

  test('a time-out that is too short to wait for the lock of those who listen: a change is noticed all the same', async () => {
    const registry = openFleet(server.url(), 'listener', { ranges: RANGES })
    await registry.assignPort('/tmp/a', { service: 'node' })
    const { generation } = await registry.read()
    await registry.close()
    set('statement_timeout', "'1s'")
    const committing = new driver.Client(server.url('other'))
    await committing.connect()
    await committing.query(`begin; select pg_advisory_xact_lock(4951439, hashtext('listener'))`)
    const waiter = openFleet(server.url(), 'listener')
    const heard = waiter.waitForChange(generation, 600_000, 600_000)
    const waiting = () => connections("state = 'active' and query like 'select pg_advisory_lock_shared%'")
    await expect.poll(waiting, { timeout: 30_000, interval: 10 }).toBe(1)
    await expect.poll(waiting, { timeout: 30_000, interval: 10 }).toBe(0)
    await committing.query('rollback')
    await openFleet(server.url(), 'listener', { ranges: RANGES }).assignPort('/tmp/b', { service: 'node' })
    await heard
    await waiter.close()
    await committing.end()
    // It keeps none that it no longer knows of.
    await expect.poll(() => connections("application_name = 'iris-devtester'"), { timeout: 10_000 }).toBe(0)
  })

  test('functions that are not for everyone: the error names the right that is missing', async () => {
    server.sql("create role bare login password 'secret'")
    server.sql('grant usage on schema iris_devtester to bare')
    server.sql('grant select, insert, update, delete on all tables in schema iris_devtester to bare')
    server.sql('revoke execute on all functions in schema iris_devtester from public')
    const error = await refusal(openFleet(server.url('bare')).assignPort('/tmp/a'))
    expect(error).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('grant execute on all functions'),
    })
    server.sql('grant execute on all functions in schema iris_devtester to bare')
    expect(await openFleet(server.url('bare'), 'bare').assignPort('/tmp/a')).toMatchObject({ status: 'active' })
  })
})

describe.runIf(hasPostgres)('a pooler in between', () => {
  test('that refuses what the address asks for, or has no transactions to make the schema in, is told of as such', async () => {
    await using server = await PostgresServer.start()
    const refusal = (url: string) =>
      openFleet(url)
        .read()
        .catch((error: PortRegistryError) => error)
    await using statements = await PgBouncer.start(server, 'statement')
    expect(await refusal(statements.url())).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('pool_mode = transaction'),
    })
    await using transactions = await PgBouncer.start(server)
    expect(await refusal(`${transactions.url()}?options=-c%20work_mem%3D1MB`)).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('ignore_startup_parameters'),
    })
    const wrong = await refusal(transactions.url().replace('secret', 'hush'))
    expect(wrong).toMatchObject({ code: 'REGISTRY_REFUSED', hint: expect.stringContaining('user and password') })
    expect(JSON.stringify(wrong)).not.toContain('hush')
    expect(await openFleet(transactions.url()).assignPort('/tmp/a')).toMatchObject({ status: 'active' })
  })
})
