import { describe, expect, test } from 'vitest'
import { connectIris } from '../../../packages/core/src/connection/connect-iris.ts'
import { connectionInfo } from '../../../packages/core/src/connection/connection-info.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const SCHEMA =
  "CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);\nINSERT INTO Patient (Name) VALUES ('Ada');"

const config = (options = '', test = '') => `
  import { defineConfig } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineConfig({
    plugins: [iris({ load: ['schema.sql'], isolation: 'file', ${options} })],
    test: { maxWorkers: 2, ${test} },
  })`

/** What a reset would not take away: a table of its own, which is there a second time if the namespace is. */
const FILE = `
  import { expect, inject, test } from 'vitest'
  import { connectIris } from '@iris-devtester/core/connection'
  test('has the namespace for itself', async () => {
    await using db = connectIris()
    expect(inject('iris').namespace).toBe(db.namespace)
    await db.sql('CREATE TABLE Own (n INTEGER)')
    await db.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    expect(await db.sql('SELECT ID, Name FROM Patient ORDER BY ID')).toEqual([{ ID: 1, Name: 'Ada' }, { ID: 2, Name: 'Cleo' }])
    const { namespaces } = await db.serverInfo()
    console.log('SEEN ' + db.namespace + ' of ' + namespaces.filter((name) => name.startsWith('IDT')).length)
  })`

/** The namespaces of runs that are in the project's container, once nobody makes or drops any. */
async function ownNamespaces(home: RegistryHome, projectPath: string): Promise<string[]> {
  const { port: webPort = 0 } = (await home.registry.getAssignment(projectPath, { service: 'iris-web' })) ?? {}
  const where = { host: '127.0.0.1', port: 1972, webPort, namespace: 'USER', username: 'test', password: 'test' }
  await using db = connectIris(connectionInfo(where))
  const names = async () => (await db.serverInfo()).namespaces.filter((name) => name.startsWith('IDT'))
  await expect.poll(names, { timeout: 20_000 }).toEqual([])
  return await names()
}

const seen = (output: string) =>
  [...output.matchAll(/SEEN (\w+) of (\d+)/g)].map(([, name, count]) => ({ name, count: Number(count) }))

describe('each test file has a fresh, loaded namespace', () => {
  test.for([['forks'], ['threads'], ['vmThreads']])('with the pool %s', async ([pool]) => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config('', `pool: '${pool}'`),
      ...Object.fromEntries(Array.from({ length: 7 }, (_, at) => [`${at}.test.ts`, FILE])),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const all = seen(output)
    expect(new Set(all.map(({ name }) => name)).size).toBe(7)
    // Two in use, two ahead, and those that are just being made or dropped.
    for (const { count } of all) expect(count).toBeLessThanOrEqual(7)
  })

  test('dropped when the run ends, and when it is killed', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(),
      '1.test.ts': FILE,
      '2.test.ts': FILE,
      'hangs.test.ts': `import { test } from 'vitest'; test('hangs', () => new Promise((end) => { console.log('HANGS'); setTimeout(end, 60_000) }), 60_000)`,
    })
    const run = project.start(VITEST, ['run'], { ...home.env, IRIS_DEVTESTER_KEEP: 'warm' })
    await expect.poll(() => run.output).toContain('HANGS')
    run.signal('SIGKILL')
    await run.ended
    const again = project.start(VITEST, ['run', '1.test.ts'], { ...home.env, IRIS_DEVTESTER_KEEP: 'warm' })
    const { exitCode, output } = await again.ended
    expect(exitCode, output).toBe(0)
    expect(await ownNamespaces(home, project.folder)).toEqual([])
  })

  test('what can not be loaded any more fails the file that waits for it, with the reason', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      // The first namespace can be loaded, and no other one.
      'seed.mjs': `export default () => {
        globalThis.loads = (globalThis.loads ?? 0) + 1
        if (globalThis.loads > 1) throw new Error('the seed has run dry')
      }`,
      'vitest.config.ts': config()
        .replace("load: ['schema.sql']", "load: ['schema.sql', 'seed.mjs']")
        .replace('maxWorkers: 2', 'maxWorkers: 1'),
      'one.test.ts': FILE,
      'two.test.ts': FILE,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('the seed has run dry')
    expect(seen(output)).toHaveLength(1)
  })

  test('a test goes back to a snapshot of it', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config(),
      'one.test.ts': `
        import { expect, test } from '@iris-devtester/vitest/test'
        test('goes back', async ({ iris }) => {
          await iris.snapshot('loaded')
          await iris.sql('DROP TABLE Patient')
          await iris.restore('loaded')
          expect(await iris.sql('SELECT Name FROM Patient')).toEqual([{ Name: 'Ada' }])
          await expect(iris.restore('other')).rejects.toMatchObject({ code: 'RESTORE_FAILED', details: { isUsable: true } })
        })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
  })

  test('refused where a worker keeps its modules', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': SCHEMA,
      'vitest.config.ts': config('', 'isolate: false'),
      'one.test.ts': FILE,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toContain('keeps the modules of the previous file')
    expect(await home.containers()).toEqual([])
  })
})
