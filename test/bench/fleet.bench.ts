import { mkdirSync, readdirSync, readFileSync, readlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { createPostgresStore } from '@iris-devtester/postgres'
import { probePort } from '../../packages/core/src/ports/assign/probe-port.ts'
import { grant, release } from '../../packages/core/src/ports/document/transitions.ts'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { GenerationStore } from '../../packages/core/src/ports/store/generation-store.ts'
import { locateRegistry } from '../../packages/core/src/ports/store/registry-location.ts'
import { fleetStorm } from '../faults/fleet/fleet-storm.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'
import { hasPostgres, PostgresServer } from '../machine/postgres-server.ts'
import { DistantServer } from './distant-server.ts'
import { compare, report } from './measure.ts'

const RANGE = [10_000, 10_999] as const
const RENEWERS = 8
const SECONDS = 5
/** How long a packet is under way to a server in the same building, in ms. */
const EACH_WAY_MS = 0.5
/** Each lease is renewed once in this time, in s. */
const RENEWAL_S = 60

/** A client of the driver that the package uses. */
interface Client {
  connect(): Promise<unknown>
  query(text: string, values?: readonly unknown[]): Promise<unknown>
  end(): Promise<void>
}
const driver = createRequire(new URL('../../packages/postgres/package.json', import.meta.url))('pg') as {
  Client: new (address: string) => Client
}

/** What a registry on a server costs: beside the SQL that it needs, beside a folder, and in a crowd. */
export async function bench(): Promise<void> {
  if (!hasPostgres) return console.log('not measured: there is no PostgreSQL server here')
  {
    await using server = await PostgresServer.start({ fsync: 'on' })
    await benchAssign(server)
    await benchRenewals(server)
  }
  // As many as this machine can let run at once; `node test/faults/fleet/fleet-storm.ts` begins 200.
  const processes = Math.min(200, 16 * availableParallelism())
  console.log(await fleetStorm({ processes, each: 20, machines: 50, kills: 2 }))
}

async function benchAssign(server: PostgresServer): Promise<void> {
  using folder = new TemporaryFolder()
  const project = (run: number | string) => {
    const path = join(folder.path, `project-${run}`)
    mkdirSync(path, { recursive: true })
    return path
  }
  const again = project('again')
  const projects = Array.from({ length: 260 }, (_, number) => project(number))
  const fresh = (run: number) => projects[run < 0 ? 259 + run : run] ?? ''
  const store = createPostgresStore({ url: server.url(), registryId: 'bench', engine: async () => ({ id: 'bench' }) })
  const common = { portRange: RANGE, docker: false, onWarning: () => undefined } as const
  const shared = new PortRegistry({ ...common, store })
  const file = new PortRegistry({ ...common, registryPath: folder.registry() })
  await shared.assignPort(again)
  await file.assignPort(again)
  const client = await connected(server.url())
  await client.query('create table plain (like iris_devtester.assignment including all)')
  await client.query('create table plain_history (like iris_devtester.history including all)')
  await client.query('create table plain_counter (engine text primary key, generation bigint)')
  await client.query("insert into plain_counter values ('bench', 0)")
  await client.query('insert into plain select * from iris_devtester.assignment')
  const select = `select * from plain where engine = 'bench' and project = '${again}' and service = 'iris'`
  const kept = await compare(
    500,
    () => client.query(select),
    () => shared.assignPort(again),
  )
  report('assign, again, on a server / one select', kept.floor, kept.work, '≤ 1.5')
  await benchNew(client, shared, fresh)
  await benchCommit(server, client, fresh)
  await benchDistant(server, fresh)
  const beside = await compare(
    500,
    () => file.assignPort(again),
    () => shared.assignPort(again),
  )
  report('assign, again, on a server / in a folder', beside.floor, beside.work, '–')
  const both = await compare(
    200,
    (run) => file.assignPort(fresh(run)),
    (run) => shared.assignPort(fresh(run)),
    async (run) => {
      await file.releasePort(fresh(run))
      await shared.releasePort(fresh(run))
    },
  )
  report('assign, new, on a server / in a folder', both.floor, both.work, '–')
  await benchFolder(file, folder, fresh)
  await client.end()
  await shared.close()
}

/** A new port beside what it needs of the server at least. */
async function benchNew(
  client: Client,
  registry: PortRegistry,
  fresh: (run: number) => string,
  where = '',
): Promise<void> {
  const insert = (path: string) =>
    `insert into plain values ('bench', '${path}', 'iris', 10500, clock_timestamp(), 'auto', 'active', null)`
  const all = (path: string, run: number) =>
    `begin; ${insert(path)}; update plain_counter set generation = generation + 1 where engine = 'bench'; ` +
    `insert into plain_history values ('bench', ${run + 1_000}, 1, clock_timestamp(), 'assigned', 10500, '${path}', 'iris', 'requested'); commit`
  for (const [what, sql] of [
    ['one insert, committed', insert],
    ['assignment, history and counter in one commit', all],
  ] as const) {
    const taken = await compare(
      200,
      (run) => client.query(sql(fresh(run), run)),
      (run) => registry.assignPort(fresh(run)),
      async (run) => {
        await client.query('delete from plain where port = 10500')
        await registry.releasePort(fresh(run))
      },
    )
    report(`assign, new, on a server${where} / ${what}`, taken.floor, taken.work, '≤ 1.5')
    await client.query('delete from plain_history')
  }
}

/** What the commit of a new port takes beside the rows that it writes, sent as plain SQL under the same lock. */
async function benchCommit(server: PostgresServer, client: Client, fresh: (run: number) => string): Promise<void> {
  const engine = async () => ({ id: 'straight' })
  const store = createPostgresStore({ url: server.url(), registryId: 'straight', engine })
  await client.query('create table plain_project (like iris_devtester.project including all)')
  await client.query('create table plain_change (like iris_devtester.change including all)')
  const rows = (path: string, generation: number) =>
    `begin; select pg_advisory_xact_lock(1); insert into plain_project values ('bench', '${path}', 1, true, false); ` +
    `insert into plain values ('bench', '${path}', 'iris', 10500, clock_timestamp(), 'auto', 'active', null); ` +
    `update plain_counter set generation = ${generation} where engine = 'bench'; insert into plain_change ` +
    `(engine, id, generation, port, projects) values ('bench', gen_random_uuid(), ${generation}, 10500, '{${path}}'); ` +
    `insert into plain_history values ('bench', ${generation}, 1, clock_timestamp(), 'assigned', 10500, '${path}', 'iris', 'requested'); commit`
  const note = { action: 'assigned', reason: 'requested', at: new Date() } as const
  let snapshot = await store.read()
  const commit = await compare(
    200,
    (run) => client.query(rows(fresh(run), run + 1_000)),
    async (run) => {
      const given = {
        projectPath: fresh(run),
        service: 'iris',
        port: 10_500,
        type: 'auto',
        folderExists: true,
      } as const
      const made = await store.commit(snapshot, grant(snapshot.document, given, note))
      if (!made) throw new Error('The commit was lost.')
      snapshot = made
    },
    async () => {
      await client.query('delete from plain where port = 10500; delete from plain_history; delete from plain_project')
      await store.commit(snapshot, release(snapshot.document, snapshot.document.assignments, note))
      snapshot = await store.read()
    },
  )
  report('commit of a new port / its five rows as plain SQL', commit.floor, commit.work, '≤ 1.5')
  await store.close()
}

/** The same with a server that isn't on the machine, which is what it is for. */
async function benchDistant(server: PostgresServer, fresh: (run: number) => string): Promise<void> {
  await using distant = await DistantServer.at(server.port, EACH_WAY_MS)
  const url = server.url().replace(`:${server.port}/`, `:${distant.port}/`)
  const store = createPostgresStore({ url, registryId: 'distant', engine: async () => ({ id: 'distant' }) })
  const registry = new PortRegistry({ portRange: RANGE, docker: false, onWarning: () => undefined, store })
  const client = await connected(url)
  await registry.assignPort(fresh(-1))
  await benchNew(client, registry, fresh, `, ${2 * EACH_WAY_MS} ms away`)
  await client.end()
  await registry.close()
}

/** That the store is a plug costs the folder nothing: the same commit through the registry and straight to its store. */
async function benchFolder(file: PortRegistry, folder: TemporaryFolder, fresh: (run: number) => string): Promise<void> {
  const straight = new GenerationStore(locateRegistry({ registryPath: folder.registry('straight') }), () => undefined)
  const note = { action: 'assigned', reason: 'requested', at: new Date() } as const
  const plain = await compare(
    200,
    async (run) => {
      const path = fresh(run)
      await probePort(10_500)
      const snapshot = await straight.read()
      const given = { projectPath: path, service: 'iris', port: 10_500, type: 'auto', folderExists: true } as const
      await straight.commit(snapshot, grant(snapshot.document, given, note))
    },
    (run) => file.assignPort(fresh(run)),
    async (run) => {
      const snapshot = await straight.read()
      await straight.commit(snapshot, release(snapshot.document, snapshot.document.assignments, note))
      await file.releasePort(fresh(run))
    },
  )
  report('assign, new, in a folder / the same straight to its store', plain.floor, plain.work, '≤ 1.2')
}

/** 1,000 machines with ten leases each: what their renewals cost the server, and how many it could take. */
async function benchRenewals(server: PostgresServer): Promise<void> {
  server.sql(
    `insert into iris_devtester.lease (engine, id, project, runner, machine, pid, start_time, acquired_at, detail)
     select 'bench', 'lease-' || n, '/@m' || n / 10 || '/shop', 'vitest', 'm' || n / 10, n, '1', now(), '{}' from generate_series(0, 9999) n`,
  )
  const needed = 10_000 / RENEWAL_S
  for (const how of ['over an open connection', 'with a connection of its own'] as const) {
    const clients = await Promise.all(Array.from({ length: RENEWERS }, () => connected(server.url())))
    const before = cpuSeconds(server.folder)
    const end = performance.now() + SECONDS * 1_000
    let renewals = 0
    await Promise.all(
      clients.map(async (open) => {
        while (performance.now() < end) {
          const client = how === 'over an open connection' ? open : await connected(server.url())
          const lease = `lease-${Math.floor(Math.random() * 10_000)}`
          await client.query('select iris_devtester.renew($1, $2)', ['bench', lease])
          if (client !== open) await client.end()
          renewals += 1
        }
      }),
    )
    await sleep(200)
    const seconds = cpuSeconds(server.folder) - before
    await Promise.all(clients.map((client) => client.end()))
    const each = seconds / renewals
    console.log(
      `10,000 leases renewed ${how}: ${needed.toFixed(0)} statements a second take the server ${(needed * each).toFixed(2)} s of CPU a second; ${(renewals / SECONDS).toFixed(0)} a second were reached, ${(each * 1_000).toFixed(2)} ms of CPU each: one core is full at ${Math.floor(RENEWAL_S / each / 10).toLocaleString('en')} machines`,
    )
  }
}

async function connected(url: string): Promise<Client> {
  const client = new driver.Client(url)
  await client.connect()
  return client
}

/** The CPU time of the server's processes so far, those that it has ended among them, in s. */
function cpuSeconds(folder: string): number {
  const times = readdirSync('/proc').map((pid) => {
    try {
      if (!/^\d+$/.test(pid) || !readlinkSync(`/proc/${pid}/cwd`).startsWith(folder)) return 0
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      // User and system time of its own, and of its children that have ended, in clock ticks.
      const fields = stat
        .slice(stat.lastIndexOf(')') + 2)
        .split(' ')
        .slice(11, 15)
      return fields.reduce((sum, ticks) => sum + Number(ticks), 0) / 100
    } catch {
      // It has ended: its parent has its time now.
      return 0
    }
  })
  return times.reduce((sum, one) => sum + one, 0)
}
