import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { changeContainer } from '../../../packages/core/src/lease/book/lease-book.ts'
import { identify } from '../../../packages/core/src/process/process-identity.ts'
import { LeaseFixture } from '../../faults/lease/lease-fixture.ts'
import { STAND_IN_TAG } from '../../stand-in/build.ts'

const environment = { STANDIN_BOOT_MS: '100' }
const none = { containers: 0, leases: 0, ports: 0 }
let world: LeaseFixture

beforeAll(async () => {
  world = await LeaseFixture.open()
})

afterAll(() => world[Symbol.asyncDispose]())

describe('settings', () => {
  test('a run with other settings is refused with both, and replaces the container only with `replace`, after that run has ended', async () => {
    const projectPath = world.project()
    const first = await world.acquire({ projectPath, environment, runner: 'playwright' })
    const other = { projectPath, environment, mergeLines: ['[config]', 'gmheap=65536'], memoryMb: 512 }
    await expect(world.acquire(other)).rejects.toMatchObject({
      code: 'INSTANCE_CONFLICT',
      message: expect.stringMatching(/of this run .*\n {2}mergeLines .*\n {2}memoryMb is /),
    })
    await first.release()
    await expect(world.acquire(other)).rejects.toMatchObject({ code: 'CONTAINER_DIFFERS' })
    const second = await world.acquire({ ...other, keep: 'stop', replace: true })
    expect(second.container?.id).not.toBe(first.container?.id)
    const { HostConfig } = (await world.engine.inspectContainer(second.container?.id ?? '')) as unknown as {
      HostConfig: { Memory: number }
    }
    expect(HostConfig.Memory).toBe(512 * 1_048_576)
    await second.release()
    expect(await world.holdings(projectPath)).toEqual(none)
  })

  test('two runs that both want other settings than the warm container has do not take each other for its holder', async () => {
    const projectPath = world.project()
    await (await world.acquire({ projectPath, environment })).release()
    const changed = { projectPath, environment: { ...environment, CHANGED: '1' }, keep: 'stop' as const, replace: true }
    const [one, two] = await Promise.all([world.acquire(changed), world.acquire(changed)])
    expect(one.container?.id).toBe(two.container?.id)
    await Promise.all([one.release(), two.release()])
    expect(await world.holdings(projectPath)).toEqual(none)
  })
})

describe('keep', () => {
  test('the last run to end decides: warm leaves the container, stop ends it', async () => {
    const projectPath = world.project()
    const stop = await world.acquire({ projectPath, environment, keep: 'stop' })
    const warm = await world.acquire({ projectPath, environment, keep: 'warm' })
    await stop.release()
    expect(await world.holdings(projectPath)).toEqual({ containers: 1, leases: 1, ports: 2 })
    await warm.release()
    expect(await world.holdings(projectPath)).toEqual({ containers: 1, leases: 0, ports: 2 })
    const last = await world.acquire({ projectPath, environment, keep: 'stop' })
    expect(last.container).toMatchObject({ id: warm.container?.id, start: 'warm' })
    await last.release()
    expect(await world.holdings(projectPath)).toEqual(none)
  })

  test('a run that asks for nothing leaves a container as it was asked for', async () => {
    const projectPath = world.project()
    const up = await world.acquire({ projectPath, environment, keep: 'warm', idleTimeoutMs: 28_800_000 })
    await up.release()
    const run = await world.acquire({ projectPath, environment })
    await run.release()
    const { containers } = await world.registry.read()
    expect(containers[run.container?.id ?? '']).toMatchObject({ keep: 'warm', idle_timeout_ms: 28_800_000 })
    await (await world.acquire({ projectPath, environment, keep: 'stop' })).release()
    expect(await world.holdings(projectPath)).toEqual(none)
  })

  test('a warm container without a run is removed after its idle limit', async () => {
    const projectPath = world.project()
    const iris = await world.acquire({ projectPath, environment, idleTimeoutMs: 500 })
    await iris.release()
    expect(await world.settle(none, projectPath)).toEqual(none)
  })
})

describe('isolation', () => {
  test('gives each worker, each run, or none its own namespace', async () => {
    const projectPath = world.project()
    const byWorker = await world.acquire({ projectPath, environment, workers: 3, isolation: 'worker' })
    const byRun = await world.acquire({ projectPath, environment, workers: 3, isolation: 'run' })
    const shared = await world.acquire({ projectPath, environment, workers: 3, isolation: 'shared' })
    expect(byWorker.namespaces).toHaveLength(3)
    expect(byRun.namespaces).toHaveLength(1)
    expect(shared.namespaces).toEqual(['USER'])
    await byWorker.connectionFor(1).sql('CREATE TABLE Own (Id INT)')
    await expect(byWorker.connectionFor(2).sql('SELECT Id FROM Own')).rejects.toMatchObject({ code: 'SQL_ERROR' })
    expect(await byWorker.connectionFor(4).sql('SELECT Id FROM Own')).toEqual([])
    await Promise.all([byWorker.release(), byRun.release()])
    expect((await shared.connection.serverInfo()).namespaces.filter((name) => name.startsWith('IDT'))).toEqual([])
    await shared.release()
  })

  test('warns when the workers are more than a Community licence has connections for', async () => {
    const warnings: string[] = []
    const reporter = {
      pulling() {},
      starting() {},
      ready() {},
      failed() {},
      warning: (text: string) => warnings.push(text),
    }
    const projectPath = world.project()
    await using _iris = await world.acquire({ projectPath, environment, workers: 7, keep: 'stop', reporter })
    expect(warnings).toEqual([expect.stringMatching(/^7 workers .* 8 connections/)])
  })
})

describe('load', () => {
  test('loads classes and SQL in order into every namespace, and shows what IRIS refuses', async () => {
    const projectPath = world.project()
    writeFileSync(
      join(projectPath, 'a.cls'),
      'Class Demo.Greeter\n{\n\nClassMethod Name() As %String\n{\n    Quit "iris"\n}\n\n}\n',
    )
    writeFileSync(
      join(projectPath, 'b.sql'),
      "CREATE TABLE Demo.Pet (Name VARCHAR(50));\nINSERT INTO Demo.Pet (Name) VALUES ('Rex; the dog');\n",
    )
    const load = ['*.cls', 'b.sql']
    const iris = await world.acquire({ projectPath, environment, workers: 2, load })
    for (const worker of [1, 2]) {
      expect(await iris.connectionFor(worker).sql('SELECT Name FROM Demo.Pet')).toEqual([{ Name: 'Rex; the dog' }])
      const namespace = iris.namespaces[worker - 1] as string
      expect(await iris.exec(['Write "<",##class(Demo.Greeter).Name(),">"'], { namespace })).toContain('<iris>')
    }
    await iris.release()

    writeFileSync(
      join(projectPath, 'a.cls'),
      'Class Demo.Greeter\n{\n\nClassMethod Name() As %String\n{\n    Quit "iris"\n}\n',
    )
    await expect(world.acquire({ projectPath, environment, load })).rejects.toMatchObject({
      code: 'LOAD_FAILED',
      message: expect.stringMatching(/a\.cls.*ERROR/s),
    })
    const held = await world.registry.read()
    expect(held.leases.filter((lease) => lease.project_path === projectPath)).toEqual([])
  })

  test('loads once into a shared namespace however many come at once, and again when a file has changed', async () => {
    const projectPath = world.project()
    writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE Once (Id INT)')
    const options = { projectPath, environment, isolation: 'shared' as const, load: ['schema.sql'] }
    const runs = [1, 2, 3].map(() => world.begin({ ...options, keep: 'warm' }))
    await Promise.all(runs.map((run) => run.report('acquired')))
    for (const run of runs) run.release()
    await Promise.all(runs.map((run) => run.report('released')))

    await (await world.acquire(options)).release()
    writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE Twice (Id INT)')
    const changed = await world.acquire({ ...options, keep: 'stop' })
    expect(await changed.connection.sql('SELECT Id FROM Once')).toEqual([])
    expect(await changed.connection.sql('SELECT Id FROM Twice')).toEqual([])
    await changed.release()
  })

  test('shows the place and the statement that is refused, once, and a way out where an earlier load is in the way', async () => {
    const projectPath = world.project()
    const write = (text: string) => writeFileSync(join(projectPath, 'schema.sql'), text)
    const options = { projectPath, environment, isolation: 'shared' as const, load: ['schema.sql'] }
    write('-- people\nCREATE TABLE Person (Id INT)')
    await (await world.acquire(options)).release()

    write('-- people\nCREATE TABLE Person (Id INT, Name VARCHAR(50))')
    const error = await world.acquire(options).catch((reason) => reason)
    expect(error).toMatchObject({
      code: 'LOAD_FAILED',
      hint: expect.stringContaining('DROP TABLE IF EXISTS'),
      details: { path: 'schema.sql', line: 2, sqlCode: -201 },
    })
    expect(error.cause).toBeUndefined()
    expect(String(error)).toContain('schema.sql, line 2: IRIS refused the statement in the namespace ')
    expect(String(error).split('CREATE TABLE Person (Id INT, Name VARCHAR(50))')).toHaveLength(2)

    write('DROP TABLE IF EXISTS Person;\nCREATE TABLE Person (Id INT, Name VARCHAR(50))')
    await using iris = await world.acquire({ ...options, keep: 'stop' })
    expect(await iris.connection.sql('SELECT Name FROM Person')).toEqual([])
  })

  test('loads again into a shared namespace after a run that failed to', async () => {
    const projectPath = world.project()
    const options = { projectPath, environment, isolation: 'shared' as const, load: ['schema.sql'] }
    writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE Good (Id INT); CREATE NONSENSE')
    const failed = await Promise.allSettled([world.acquire(options), world.acquire(options)])
    for (const outcome of failed) {
      expect(outcome).toMatchObject({ status: 'rejected', reason: { code: 'LOAD_FAILED' } })
    }
    const [id = ''] = (await world.containers()).flatMap(({ Id, Labels }) =>
      Labels['iris-devtester.project'] === projectPath ? [Id] : [],
    )
    const record = (await world.registry.read()).containers[id]
    expect([record?.loading, record?.loaded]).toEqual([undefined, undefined])

    writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE Better (Id INT)')
    await using iris = await world.acquire({ ...options, keep: 'stop' })
    expect(iris.container?.id).toBe(id)
    expect(await iris.connection.sql('SELECT Id FROM Better')).toEqual([])
  })

  test('waits for another run that loads, and can be aborted meanwhile', async () => {
    const projectPath = world.project()
    writeFileSync(join(projectPath, 'schema.sql'), 'CREATE TABLE Waited (Id INT)')
    const iris = await world.acquire({ projectPath, environment, isolation: 'shared' })
    const id = iris.container?.id ?? ''
    // A run that loads for as long as this goes on.
    const other = world.begin({ projectPath, environment, isolation: 'shared' })
    await other.report('acquired')
    const loading = identify(other.child.pid ?? 0)
    await world.registry.update('load', (draft) => changeContainer(draft, id, { loading }))
    const controller = new AbortController()
    const waiting = world.acquire({
      projectPath,
      environment,
      isolation: 'shared',
      load: ['schema.sql'],
      signal: controller.signal,
    })
    await world.settle({ leases: 3 }, projectPath)
    const reason = new Error('the user pressed q')
    controller.abort(reason)
    await expect(waiting).rejects.toBe(reason)

    const next = world.acquire({ projectPath, environment, isolation: 'shared', load: ['schema.sql'], keep: 'stop' })
    await other.end()
    expect(await (await next).connection.sql('SELECT Id FROM Waited')).toEqual([])
    await iris.release()
    await (await next).release()
    expect(await world.settle(none, projectPath)).toEqual(none)
  })

  test('says so when a pattern names no file', async () => {
    await expect(world.acquire({ projectPath: world.project(), load: ['src/**/*.cls'] })).rejects.toMatchObject({
      code: 'LOAD_FAILED',
    })
  })
})

describe('giving up', () => {
  test('an aborted acquire rejects with the reason and leaves nothing', async () => {
    const projectPath = world.project()
    const reason = new Error('the user pressed q')
    const controller = new AbortController()
    const reporter = {
      pulling() {},
      starting: (_name: string, phase: string) => phase === 'boot' && setTimeout(() => controller.abort(reason), 150),
      ready() {},
      failed() {},
      warning() {},
    }
    const slow = { STANDIN_BOOT_MS: '30000' }
    const { signal } = controller
    await expect(world.acquire({ projectPath, environment: slow, signal, reporter })).rejects.toBe(reason)
    expect(await world.holdings(projectPath)).toEqual(none)
  })

  test('a start that fails leaves nothing and says why', async () => {
    const projectPath = world.project()
    const expired = { STANDIN_BOOT_MS: '100', STANDIN_LICENSE_EXPIRED: '1' }
    await expect(world.acquire({ projectPath, image: STAND_IN_TAG, environment: expired })).rejects.toMatchObject({
      code: 'IRIS_LICENSE_EXPIRED',
    })
    expect(await world.holdings(projectPath)).toEqual(none)
  })
})
