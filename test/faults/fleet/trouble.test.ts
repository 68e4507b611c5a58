import { createServer, type Server, type Socket } from 'node:net'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { currentProcess, PortRegistry, type PortRegistryError } from '@iris-devtester/core/ports'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { PgBouncer } from '../../machine/pgbouncer.ts'
import { portAt, SUPERSERVER_RANGE } from '../../machine/port-ranges.ts'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { openFleet } from './fleet-registry.ts'
import { Relay } from './relay.ts'

const RANGE = { IRIS_DEVTESTER_PORT_RANGE: SUPERSERVER_RANGE.join('-') }

async function refusal(request: Promise<unknown>): Promise<PortRegistryError> {
  const error = await request.then(
    () => undefined,
    (reason: PortRegistryError) => reason,
  )
  if (!error) throw new Error('It was expected to fail.')
  return error
}

describe.runIf(hasPostgres)('a registry on a PostgreSQL server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  test('that is away: a typed error within the connect time-out, which never names the password', async () => {
    const registry = openFleet('postgres://ada:hush@127.0.0.1:1/shop?connect_timeout=1')
    const error = await refusal(registry.assignPort('/tmp/a'))
    expect(error).toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
    expect(error.message).toContain('postgres://127.0.0.1:1/shop')
    expect(`${error.message} ${JSON.stringify(error)}`).not.toContain('hush')
  })

  test('that accepts the connection and says nothing: the same', async () => {
    using silent = new SilentServer()
    const error = await refusal(
      openFleet(`postgres://ada:hush@127.0.0.1:${await silent.port}/shop?connect_timeout=1`).read(),
    )
    expect(error).toMatchObject({ code: 'REGISTRY_UNREACHABLE' })
  })

  test.each([
    ['a wrong password', () => server.url().replace('secret', 'hush')],
    ['a database that is not there', () => server.url().replace(server.database, 'none')],
  ])('%s: a typed error, which never names the password', async (_, url) => {
    const error = await refusal(openFleet(url()).read())
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED' })
    expect(error.message).not.toMatch(/hush|secret/)
  })

  test('a role without the rights is told which; with the rights of the documentation it needs no more', async () => {
    server.sql("create role small login password 'secret'")
    server.sql('drop schema if exists iris_devtester cascade')
    const error = await refusal(openFleet(server.url('small')).read())
    expect(error).toMatchObject({ code: 'REGISTRY_REFUSED' })
    expect(error.message).toContain('grant usage on schema iris_devtester')
    await openFleet(server.url()).read()
    expect(await refusal(openFleet(server.url('small')).read())).toMatchObject({ code: 'REGISTRY_REFUSED' })
    server.sql('grant usage on schema iris_devtester to small')
    server.sql('grant select, insert, update, delete on all tables in schema iris_devtester to small')
    const registry = openFleet(server.url('small'), 'small')
    const { port } = await registry.assignPort('/tmp/a')
    expect(await openFleet(server.url(), 'small').getAssignment('/tmp/a')).toMatchObject({ port })
  })

  test('the schema of a later release is refused, and left as it is', async () => {
    await openFleet(server.url()).read()
    const version = server.sql('select version from iris_devtester.meta')
    server.sql('update iris_devtester.meta set version = 99')
    try {
      expect(await refusal(openFleet(server.url()).assignPort('/tmp/later'))).toMatchObject({
        code: 'REGISTRY_SCHEMA_NEWER',
      })
      expect(server.sql("select count(*) from iris_devtester.assignment where project like '%later'")).toBe('0')
    } finally {
      server.sql(`update iris_devtester.meta set version = ${version}`)
    }
  })

  test('of many that come first, one makes the schema', async () => {
    server.sql('drop schema if exists iris_devtester cascade')
    const all = await Promise.all(
      Array.from({ length: 8 }, (_, number) => openFleet(server.url()).assignPort(`/tmp/${number}`)),
    )
    expect(new Set(all.map(({ port }) => port)).size).toBe(8)
  })

  test('the database itself forbids a port given twice', async () => {
    const { port } = await openFleet(server.url(), 'twice').assignPort('/tmp/a')
    const insert = (project: string, service: string, at: number) =>
      server.sql(
        `insert into iris_devtester.assignment select engine, '${project}', '${service}', ${at}, assigned_at, type, status from iris_devtester.assignment where engine = 'twice' limit 1`,
      )
    expect(() => insert('/other', 'iris', port)).toThrow('assignment_port')
    const [{ projectPath } = { projectPath: '' }] = await openFleet(server.url(), 'twice').listAll()
    expect(() => insert(projectPath, 'iris', port + 1)).toThrow('assignment_pkey')
  })

  test('the same port of two engines belongs to two projects', async () => {
    const [one, other] = await Promise.all(
      ['left', 'right'].map((engine) =>
        openFleet(server.url(), engine).assignPort('/tmp/a', { preferredPort: portAt(7) }),
      ),
    )
    expect([one?.port, other?.port]).toEqual([portAt(7), portAt(7)])
  })

  test('a connection that breaks after the commit and before its answer: it is made once, and known to be', async () => {
    await using relay = await Relay.to(server.port)
    const registry = openFleet(server.url().replace(String(server.port), String(relay.port)), 'broken')
    await registry.read()
    relay.dropNextAnswer()
    const { port } = await registry.assignPort('/tmp/a')
    expect(relay.dropped).toBe(1)
    expect(await openFleet(server.url(), 'broken').listAll()).toMatchObject([{ port }])
    expect(await registry.history()).toHaveLength(1)
  })

  test.each(['closed', 'silent'] as const)(
    'a network that is %s for a while: what was under way is done when it is back, once',
    async (how) => {
      await using relay = await Relay.to(server.port)
      const url = server.url('owner', '?connect_timeout=1').replace(String(server.port), String(relay.port))
      const registry = openFleet(url, how)
      const { port } = await registry.assignPort('/tmp/a')
      relay.cut(how)
      const under = Promise.all([
        registry.assignPort('/tmp/b'),
        registry.getAssignment('/tmp/a'),
        registry.renewLease('x'),
      ])
      await sleep(500)
      relay.mend()
      const [{ port: second }, known] = await under
      expect(known?.port).toBe(port)
      expect((await openFleet(server.url(), how).listAll()).map((one) => one.port)).toEqual([port, second])
      expect(await registry.history()).toHaveLength(2)
      await registry.close()
    },
  )

  test('who waits hears of a commit, and through a pooler in transaction mode still learns of it', async () => {
    await using pooler = await PgBouncer.start(server)
    for (const url of [server.url(), pooler.url()]) {
      const registry = openFleet(url, url)
      await registry.assignPort('/tmp/a')
      const { generation } = await registry.read()
      const heard = registry.waitForChange(generation, 60_000, 60_000)
      await sleep(1_500)
      await openFleet(url, url).assignPort('/tmp/b')
      await heard
      expect(await registry.listAll()).toHaveLength(2)
      await registry.close()
    }
  })

  test('through a pooler in transaction mode, many at once get a port each', async () => {
    await using pooler = await PgBouncer.start(server)
    const all = await Promise.all(
      Array.from({ length: 10 }, (_, number) => openFleet(pooler.url(), 'pooled').assignPort(`/tmp/${number}`)),
    )
    expect(new Set(all.map(({ port }) => port)).size).toBe(10)
  })

  test('ages go by the server’s clock: a lease of a machine whose clock is wrong is as old as it is', async () => {
    const registry = openFleet(server.url(), 'clock')
    const process = { ...currentProcess(), host: 'elsewhere/1/2' }
    const lease = {
      project_path: '/tmp/a',
      runner: 'vitest',
      process,
      acquired_at: '2001-01-01T00:00:00.000Z',
      namespaces: [],
    }
    await registry.update(
      'acquire',
      (draft) => void draft.leases.push({ ...lease, id: 'a', renewed_at: lease.acquired_at }),
    )
    server.sql(
      "update iris_devtester.lease set renewed_at = clock_timestamp() - interval '1 hour' where engine = 'clock'",
    )
    const age = async () =>
      Date.now() - Date.parse((await openFleet(server.url(), 'clock').read()).leases[0]?.renewed_at ?? '')
    expect(await age()).toBeGreaterThan(3_500_000)
    await registry.renewLease('a')
    expect(await age()).toBeLessThan(60_000)
  })

  test('another machine of the same name is not taken for an earlier boot of this one', async () => {
    const registry = openFleet(server.url(), 'names')
    const { host } = currentProcess()
    const process = { pid: 1, startTime: '1', host: `${host.split('/')[0]}/another-boot/1` }
    const lease = {
      id: 'a',
      project_path: '/tmp/a',
      runner: 'vitest',
      process,
      acquired_at: new Date().toISOString(),
      namespaces: [],
    }
    await registry.update('acquire', (draft) => void draft.leases.push(lease))
    const [read] = (await openFleet(server.url(), 'names').read()).leases
    expect(read?.process.host.split('/')[0]).not.toBe(host.split('/')[0])
    await registry.update('touch', (draft) => {
      draft.leases = draft.leases.map((one) => ({ ...one, container_id: 'c' }))
    })
    expect(server.sql("select machine from iris_devtester.lease where engine = 'names'")).toBe(process.host)
  })

  test('two machines’ projects in folders of one path are two projects; those told to be one are one', async () => {
    const on = (machine: string, id?: string) =>
      new PortRegistry({
        docker: false,
        env: {
          ...RANGE,
          IRIS_DEVTESTER_REGISTRY: server.url(),
          IRIS_DEVTESTER_ENGINE: 'machines',
          IRIS_DEVTESTER_MACHINE: machine,
          ...(id === undefined ? {} : { IRIS_PROJECT_ID: id }),
        },
      })
    const [a, b] = [await on('a').assignPort('/home/ci/shop'), await on('b').assignPort('/home/ci/shop')]
    expect([a.projectPath, b.projectPath]).toEqual(['/@a/home/ci/shop', '/@b/home/ci/shop'])
    expect(a.port).not.toBe(b.port)
    const [one, other] = [await on('a', 'shop').assignPort('/one'), await on('b', 'shop').assignPort('/other')]
    expect(other).toEqual(one)
  })

  test('its ports move to a folder and back', async () => {
    const env = {
      ...RANGE,
      IRIS_DEVTESTER_MACHINE: 'm',
      IRIS_DEVTESTER_ENGINE: 'moving',
      IRIS_DEVTESTER_REGISTRY: server.url(),
    }
    const fleet = new PortRegistry({ docker: false, env })
    await fleet.assignPort('/tmp/one', { preferredPort: portAt(5) })
    const other = new PortRegistry({ docker: false, env: { ...env, IRIS_DEVTESTER_MACHINE: 'n' } })
    await other.assignPort('/tmp/two', { preferredPort: portAt(6) })
    const file = new PortRegistry({
      docker: false,
      env,
      registryPath: join(server.folder, crypto.randomUUID(), 'port-registry.json'),
    })
    const { imported, skipped } = await file.importPorts(await fleet.read())
    expect(imported).toEqual([{ projectPath: '/tmp/one', service: 'iris', port: portAt(5) }])
    expect(skipped).toMatchObject([{ projectPath: '/@n/tmp/two', reason: 'a project of another machine' }])
    await fleet.clearAll()
    expect(await fleet.importPorts(await file.read())).toMatchObject({ skipped: [] })
    expect(await fleet.listAll()).toMatchObject([
      { projectPath: '/@m/tmp/one', port: portAt(5), assignmentType: 'manual' },
    ])
  })
})

describe.runIf(hasPostgres)('a registry on a server that is killed', () => {
  test('in the middle of many assignments: none is lost, none is given twice', async () => {
    await using server = await PostgresServer.start({ fsync: 'on' })
    const ranges = { node: [20_000, 20_999] } as const
    const granted: [string, number][] = []
    const assign = async (writer: number) => {
      const registry = openFleet(server.url(), 'killed', { ranges, lockTimeoutMs: 60_000 })
      for (let number = 0; number < 10; number += 1) {
        const { projectPath, port } = await registry.assignPort(`/tmp/${writer}/${number}`, { service: 'node' })
        granted.push([projectPath, port])
      }
    }
    const all = Promise.all(Array.from({ length: 6 }, (_, writer) => assign(writer)))
    for (const share of [10, 30]) {
      while (granted.length < share) await Promise.race([sleep(5), all])
      await server.kill()
      await sleep(300)
      await server.restart()
    }
    await all
    const kept = (await openFleet(server.url(), 'killed').listAll()).map(({ projectPath, port }) => [projectPath, port])
    expect(new Set(kept.map(([, port]) => port)).size).toBe(60)
    expect(kept.toSorted()).toEqual(granted.toSorted())
  })

  test('when it has no connection free, who comes waits for one', async () => {
    await using server = await PostgresServer.start({ max_connections: '8', superuser_reserved_connections: '1' })
    server.sql("create role small login password 'secret'")
    await openFleet(server.url()).read()
    server.sql('grant usage on schema iris_devtester to small')
    server.sql('grant all on all tables in schema iris_devtester to small')
    const registries = Array.from({ length: 24 }, () => openFleet(server.url('small')))
    const ports = await Promise.all(
      registries.map(async (registry, number) => {
        const { port } = await registry.assignPort(`/tmp/${number}`, { service: 'node' })
        await registry.close()
        return port
      }),
    )
    expect(new Set(ports).size).toBe(24)
  })
})

/** Accepts connections and never answers. */
class SilentServer implements Disposable {
  readonly port: Promise<number>
  readonly #server: Server
  readonly #sockets: Socket[] = []

  constructor() {
    this.#server = createServer((socket) => void this.#sockets.push(socket))
    this.port = new Promise((resolve) => {
      this.#server.listen(0, '127.0.0.1', () => resolve((this.#server.address() as { port: number }).port))
    })
  }

  [Symbol.dispose](): void {
    for (const socket of this.#sockets) socket.destroy()
    this.#server.close()
  }
}
