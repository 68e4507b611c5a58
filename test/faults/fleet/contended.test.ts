import { createRequire } from 'node:module'
import { createPostgresStore } from '@iris-devtester/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { openFleet } from './fleet-registry.ts'

const RANGES = { node: [23_350, 23_369] } as const
const ENGINE = 'e'

interface Client {
  connect(): Promise<unknown>
  query(text: string): Promise<unknown>
  on(event: 'notification', heard: () => void): void
  end(): Promise<void>
}
const driver = createRequire(new URL('../../../packages/postgres/package.json', import.meta.url))('pg') as {
  Client: new (address: string) => Client
}

describe.runIf(hasPostgres)('many who write at the same moment', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start({ track_functions: 'pl' })
  })
  beforeEach(async () => {
    server.sql('set client_min_messages = error; drop schema if exists iris_devtester cascade')
    const first = openFleet(server.url(), ENGINE)
    await first.read()
    await first.close()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const commits = () =>
    Number(server.sql("select coalesce(sum(calls), 0) from pg_stat_user_functions where funcname = 'commit'"))
  const blocked = () => Number(server.sql("select count(*) from pg_locks where locktype = 'advisory' and not granted"))

  test('each gets the next free port with one commit, in the order in which they asked', async () => {
    const registries = Array.from({ length: 5 }, () => openFleet(server.url(), ENGINE, { ranges: RANGES }))
    // The first of all notes which ports there are. From then on, all know the same: that no other port is taken.
    await openFleet(server.url(), ENGINE, { ranges: RANGES }).assignPort('/tmp/first', { service: 'node' })
    await Promise.all(registries.map((registry) => registry.read()))
    const holder = createPostgresStore({ url: server.url(), registryId: 'x', engine: async () => ({ id: ENGINE }) })
    await holder.read()
    const before = commits()
    let asked: Promise<number>[] = []
    await holder.inTurn(async (turn) => {
      const waiting = async () => {
        // Who says nothing loses its turn.
        await turn.read()
        return blocked()
      }
      for (const [number, registry] of registries.entries()) {
        asked = [...asked, registry.assignPort(`/tmp/${number}`, { service: 'node' }).then(({ port }) => port)]
        await expect.poll(waiting, { timeout: 30_000 }).toBe(number + 1)
      }
    }, performance.now() + 60_000)
    expect(await Promise.all(asked)).toEqual([23_351, 23_352, 23_353, 23_354, 23_355])
    // A server process tells of its calls once a second, and when it ends.
    await Promise.all([holder, ...registries].map((one) => one.close()))
    await expect.poll(() => commits() - before, { timeout: 10_000 }).toBe(5)

    const reader = openFleet(server.url(), ENGINE)
    const ports = new Map((await reader.listAll()).map(({ projectPath, port }) => [projectPath, port]))
    for (const [number, registry] of registries.entries()) {
      expect(ports.get(registry.projectName(`/tmp/${number}`))).toBe(23_351 + number)
    }
    const [newest] = await reader.history()
    expect(newest).toMatchObject({ action: 'assigned', port: 23_355 })
    await reader.close()
  })

  test('the last port of a range goes to one of them, and the others are told that there is none', async () => {
    const ranges = { node: [23_350, 23_351] } as const
    const registries = Array.from({ length: 4 }, () => openFleet(server.url(), ENGINE, { ranges }))
    await Promise.all(registries.map((registry) => registry.read()))
    const outcomes = await Promise.all(
      registries.map((registry, number) =>
        registry.assignPort(`/tmp/${number}`, { service: 'node' }).then(
          ({ port }) => port,
          ({ code }) => code,
        ),
      ),
    )
    expect(outcomes.map(String).toSorted()).toEqual(['23350', '23351', 'PORT_EXHAUSTED', 'PORT_EXHAUSTED'])
    await Promise.all(registries.map((registry) => registry.close()))
  })

  test('a commit that is sent again is answered with the port that it was given', () => {
    server.sql(`insert into iris_devtester.registry (engine) values ('${ENGINE}') on conflict do nothing`)
    const changes = (project: string) =>
      JSON.stringify({
        projects: [[project, '0', '7', false, false]],
        assignments: [[project, 'node', null, '2026-01-01T00:00:00Z', 'auto', 'active', null]],
        ports: [
          [23_360, 23_361],
          [23_368, 23_368],
        ],
        history: [['2026-01-01T00:00:00Z', 'assigned', null, project, 'node', 'requested']],
        touched: [project],
      })
    const commit = (id: number, project: string) =>
      server.sql(
        `select made, chosen from iris_devtester.commit(3, '${ENGINE}', '00000000-0000-4000-8000-00000000000${id}', '${changes(project)}', 0)`,
      )
    expect(commit(1, '/a')).toBe('1|23360')
    expect(commit(2, '/b')).toBe('2|23361')
    expect(commit(1, '/a')).toBe('1|23360')
    expect(commit(3, '/c')).toBe('3|23368')
    // None is left; and a project that somebody else has changed is refused, too.
    expect(commit(4, '/d')).toBe('|')
    expect(commit(5, '/b')).toBe('|')
    expect(server.sql('select count(*) from iris_devtester.project')).toBe('3')
    expect(server.sql('select string_agg(port::text, $$,$$ order by generation) from iris_devtester.history')).toBe(
      '23360,23361,23368',
    )
  })

  test('commits are told of where somebody wants to know, and there alone', async () => {
    const client = new driver.Client(server.url())
    await client.connect()
    let heard = 0
    client.on('notification', () => (heard += 1))
    await client.query('listen iris_devtester')
    const [writer, reader] = [openFleet(server.url(), ENGINE, { ranges: RANGES }), openFleet(server.url(), ENGINE)]
    await writer.assignPort('/tmp/a', { service: 'node' })
    await client.query('select 1')
    expect(heard).toBe(0)

    const { generation } = await reader.read()
    let isTold = false
    const waiting = reader.waitForChange(generation, 600_000, 600_000).then(() => (isTold = true))
    // Its own proof that it is told of anything.
    await expect.poll(() => client.query('select 1').then(() => heard), { timeout: 10_000 }).toBe(1)
    await expect.poll(() => sharers(server), { timeout: 10_000 }).toBe(1)
    expect(isTold).toBe(false)
    await writer.assignPort('/tmp/b', { service: 'node' })
    await waiting
    await expect.poll(() => client.query('select 1').then(() => heard), { timeout: 10_000 }).toBe(2)
    await Promise.all([writer.close(), reader.close(), client.end()])
  })
})

/** How many wait for changes. */
function sharers(server: PostgresServer): number {
  return Number(
    server.sql("select count(*) from pg_locks where locktype = 'advisory' and mode = 'ShareLock' and granted"),
  )
}
