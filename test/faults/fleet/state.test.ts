import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { currentProcess, type PortRegistryError, type RegistryDocument } from '@iris-devtester/core/ports'
import { createPostgresStore } from '@iris-devtester/postgres'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { openFleet } from './fleet-registry.ts'
import { Relay } from './relay.ts'

const schemaOf = (version: number) => readFileSync(new URL(`./schemas/version-${version}.sql`, import.meta.url), 'utf8')
/** The version that this release is of. */
const CURRENT = 3
const HOLDER = fileURLToPath(new URL('./turn-holder.ts', import.meta.url))
const RANGES = { iris: [23_300, 23_319], node: [23_320, 23_349] } as const

describe.runIf(hasPostgres)('the state on a server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
    server.sql("create role ci login password 'secret'")
  })
  beforeEach(() => {
    server.sql('set client_min_messages = error; drop schema if exists iris_devtester cascade')
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const codeOf = (request: Promise<unknown>) =>
    request.then(
      () => 'none',
      ({ code }: PortRegistryError) => code,
    )

  test('who has read it before is sent what changed, and knows the same as who reads all of it', async () => {
    const [writer, reader] = [openFleet(server.url(), 'e', { ranges: RANGES }), openFleet(server.url(), 'e')]
    await reader.read()
    for (const [name, change] of changes(writer)) {
      await change()
      const fresh = openFleet(server.url(), 'e')
      expect(comparable(await reader.read()), name).toEqual(comparable(await fresh.read()))
      expect(comparable(await writer.read()), name).toEqual(comparable(await fresh.read()))
      await fresh.close()
    }
    // The last change was about one project, and that is all that was sent.
    const last = `select iris_devtester.read(${CURRENT}, 'e', generation - 1, 'x')::json from iris_devtester.registry`
    expect(JSON.parse(server.sql(last))).toMatchObject({
      touched: [expect.stringContaining('/tmp/d')],
      projects: [[expect.stringContaining('/tmp/d'), expect.any(String), false, false]],
      assignments: [expect.arrayContaining([23_300])],
    })
    await Promise.all([writer, reader].map((one) => one.close()))
  })

  test('where nothing is contended, an assignment is one round trip; an assigned port is one, too', async () => {
    await using relay = await Relay.to(server.port)
    const registry = openFleet(server.url().replace(String(server.port), String(relay.port)), 'e', { ranges: RANGES })
    await registry.assignPort('/tmp/a')
    const before = relay.requests
    await registry.assignPort('/tmp/b')
    expect(relay.requests - before).toBe(1)
    await registry.assignPort('/tmp/b')
    expect(relay.requests - before).toBe(2)
    await registry.close()
  })

  test.each([1, 2])(
    'a schema of version %i is migrated with what is in it, and roles keep their rights',
    async (version) => {
      server.sql(schemaOf(version))
      // A role without the right to do it is refused, and nothing happens.
      const before = server.schema()
      expect(await codeOf(openFleet(server.url('ci'), 'old').read())).toBe('REGISTRY_REFUSED')
      expect(server.schema()).toBe(before)

      const [read] = await Promise.all(Array.from({ length: 4 }, () => openFleet(server.url(), 'old').read()))
      expect(read).toMatchObject({
        assignments: [{ project_path: '/@runner-a/srv/shop', port: 23_100, status: 'active' }],
        service_assignments: [{ project_path: '/@runner-a/srv/shop', service: 'node', port: 23_200 }],
        remembered: [{ project_path: '/@runner-a/srv/gone', service: 'iris', port: 23_105 }],
        ranges: { iris: [23_100, 23_109], node: [23_200, 23_209] },
        leases: [{ id: 'lease-1', runner: 'vitest', process: { pid: 4242, host: 'runner-a/boot/1' } }],
        containers: { c1: { name: 'iris_shop', keep: 'warm', idle_timeout_ms: 600_000 } },
      })
      expect(read?.history.map(({ action }) => action)).toEqual(['released', 'assigned', 'assigned', 'assigned'])
      const role = openFleet(server.url('ci'), 'old')
      const { port, expiresAt } = await role.assignPort('/tmp/a', { service: 'node', timeLimitMs: 60_000 })
      expect(await openFleet(server.url(), 'old').getAssignment('/tmp/a', { service: 'node' })).toMatchObject({
        port,
        expiresAt,
      })
      const migrated = server.schema()
      server.sql('set client_min_messages = error; drop schema iris_devtester cascade')
      await openFleet(server.url()).read()
      expect(migrated).toBe(server.schema())
    },
  )

  test('a process that runs while a later release migrates the schema is refused, and changes nothing', async () => {
    const registry = openFleet(server.url(), 'e', { ranges: RANGES })
    await registry.assignPort('/tmp/a')
    server.sql('update iris_devtester.meta set version = 4')
    for (const name of ['read', 'commit']) {
      const definition = server.sql(
        `select pg_get_functiondef(oid) from pg_proc where proname = '${name}' and pronamespace = 'iris_devtester'::regnamespace`,
      )
      server.sql(definition.replace(`p_version <> ${CURRENT}`, 'p_version <> 4'))
    }
    expect(await codeOf(registry.assignPort('/tmp/b'))).toBe('REGISTRY_SCHEMA_NEWER')
    expect(await codeOf(registry.listAll())).toBe('REGISTRY_SCHEMA_NEWER')
    expect(server.sql('select count(*) from iris_devtester.assignment')).toBe('1')
    await registry.close()
  })

  test('a range that another user has changed meanwhile holds for the next assignment', async () => {
    const [one, other] = [openFleet(server.url(), 'e'), openFleet(server.url(), 'e')]
    await one.setRange('node', [23_300, 23_301])
    expect((await one.assignPort('/tmp/a', { service: 'node' })).port).toBe(23_300)
    await other.setRange('node', [23_340, 23_349])
    expect((await one.assignPort('/tmp/b', { service: 'node' })).port).toBe(23_340)
    await Promise.all([one, other].map((registry) => registry.close()))
  })

  test('who is suspended while it has its turn holds nobody up for good', async () => {
    const registry = openFleet(server.url(), 'e', { ranges: RANGES })
    await registry.assignPort('/tmp/a')
    const holder = spawn(process.execPath, [HOLDER, server.url(), 'e'], { stdio: ['ignore', 'pipe', 'inherit'] })
    const ended = once(holder, 'exit')
    try {
      await once(holder.stdout, 'data')
      holder.kill('SIGSTOP')
      // It waits, as somebody has a turn, until the server ends that.
      expect((await registry.assignPort('/tmp/b')).port).toBe(23_301)
    } finally {
      holder.kill('SIGKILL')
      await ended
    }
    await registry.close()
  })

  test('those who take turns get what they came for in the order in which they came', async () => {
    const stores = Array.from({ length: 5 }, () =>
      createPostgresStore({ url: server.url(), registryId: 'x', engine: async () => ({ id: 'e' }) }),
    )
    const [first, ...others] = stores
    await first?.read()
    const order: number[] = []
    const deadline = performance.now() + 60_000
    const blocked = "select count(*) from pg_locks where locktype = 'advisory' and not granted"
    let all: Promise<void>[] = []
    await first?.inTurn(async (turn) => {
      const waiting = async () => {
        // Who says nothing loses its turn.
        await turn.read()
        return Number(server.sql(blocked))
      }
      for (const [number, store] of others.entries()) {
        all = [...all, store.inTurn(async () => void order.push(number), deadline)]
        await expect.poll(waiting, { timeout: 30_000 }).toBe(number + 1)
      }
    }, deadline)
    await Promise.all(all)
    expect(order).toEqual([0, 1, 2, 3])
    await Promise.all(stores.map((store) => store.close()))
  })
})

/** One of each kind of change. */
function* changes(registry: ReturnType<typeof openFleet>): Generator<[string, () => Promise<unknown>]> {
  const own = currentProcess()
  const elsewhere = { ...own, host: 'elsewhere/1/2' }
  const lease = { project_path: '/tmp/a', runner: 'vitest', acquired_at: '2026-01-01T00:00:00.000Z', namespaces: ['A'] }
  const container = {
    project_path: '/tmp/a',
    name: 'iris_a',
    engine: 'unix:///x',
    keep: 'warm',
    idle_timeout_ms: 5,
  } as const
  const edit = (change: (draft: RegistryDocument) => void) => () => registry.update('test', change)
  yield ['assign', () => registry.assignPort('/tmp/a')]
  yield ['assign another', () => registry.assignPort('/tmp/b')]
  yield ['assign a second service', () => registry.assignPort('/tmp/a', { service: 'node' })]
  yield ['time limit', () => registry.assignPort('/tmp/a', { service: 'node', timeLimitMs: 60_000 })]
  yield ['move', () => registry.assignPort('/tmp/b', { preferredPort: 23_310 })]
  yield ['lease', edit(({ leases }) => void leases.push({ ...lease, id: 'l1', process: own }))]
  yield ['lease of another', edit(({ leases }) => void leases.push({ ...lease, id: 'l2', process: elsewhere }))]
  yield [
    'container',
    edit(({ containers }) => Object.assign(containers, { c1: { ...container, ready_boot: 'x', applied: ['u'] } })),
  ]
  yield [
    'intents',
    edit(({ containers, leases }) => {
      const assignments = [{ service: 'iris' as const, record: { ...assignmentOf('/tmp/a'), port: 23_300 } }]
      containers.c1 = {
        ...container,
        applying: { lease: 'l1', process: own },
        loading: elsewhere,
        closing: elsewhere,
        set_aside: { by: own, was_running: true, assignments },
      }
      leases[0] = { ...lease, id: 'l1', process: own, container_id: 'c1' }
    }),
  ]
  yield [
    'idle',
    edit(({ containers }) => Object.assign(containers, { c1: { ...container, idle_since: new Date().toISOString() } })),
  ]
  yield [
    'swept',
    edit((draft) => Object.assign(draft, { leases: draft.leases.map((one) => ({ ...one, swept_by: elsewhere })) })),
  ]
  yield ['leases end', edit((draft) => Object.assign(draft, { leases: [] }))]
  yield ['container ends', edit((draft) => Object.assign(draft, { containers: {} }))]
  yield ['reaper', edit((draft) => Object.assign(draft, { reaper: own }))]
  yield ['range', () => registry.setRange('node', [23_320, 23_330])]
  yield ['system service', () => registry.registerSystemService('portal', { port: 2_601 })]
  yield ['refusal', () => registry.assignPort('/tmp/c', { preferredPort: 23_310 }).catch(() => undefined)]
  yield ['container name', () => registry.setContainerName('/tmp/a', 'iris_a')]
  yield ['release', () => registry.releasePort('/tmp/b')]
  yield ['take a remembered port', () => registry.assignPort('/tmp/c', { preferredPort: 23_310 })]
  yield ['clear', () => registry.clearAll()]
  yield ['assign again', () => registry.assignPort('/tmp/e', { preferredPort: 23_305 })]
  yield ['assign last', () => registry.assignPort('/tmp/d', { preferredPort: 23_300 })]
}

function assignmentOf(project_path: string) {
  const assigned_at = '2026-01-01T00:00:00.000Z'
  return { project_path, assigned_at, assignment_type: 'auto', status: 'active', container_name: null } as const
}

/** Without ages, which go on, and in one order. */
function comparable({ containers, ...document }: RegistryDocument): unknown {
  const sorted = <T>(all: readonly T[]) => all.map((one) => JSON.stringify(one)).toSorted()
  const ageless = (one: object) =>
    Object.fromEntries(
      Object.entries(one)
        .filter(([key]) => !/^(renewed_at|swept_since|idle_since|closing_since)$/.test(key))
        .toSorted(([key], [other]) => (key < other ? -1 : 1)),
    )
  return {
    ...document,
    assignments: sorted(document.assignments),
    service_assignments: sorted(document.service_assignments),
    imported: document.imported.toSorted(),
    leases: document.leases.map(ageless),
    containers: Object.fromEntries(Object.entries(containers).map(([id, one]) => [id, ageless(one)])),
  }
}
