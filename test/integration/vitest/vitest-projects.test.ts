import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, CONFIG, SEE, seenIn, VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const NO_ENGINE = { DOCKER_HOST: 'unix:///nowhere' }

/** A test that must find nothing of IRIS. */
const PLAIN = `
import { expect, inject, test } from 'vitest'
test('knows nothing of IRIS', () => {
  const ours = Object.keys(process.env).filter((name) => /^IRIS_(?!IMAGE|DEVTESTER_(HOME|KEEP|(WEB_)?PORT_RANGE))/.test(name))
  expect(ours).toEqual([])
  expect(inject('iris')).toBeUndefined()
  console.log('PLAIN')
})`

function config(projects: string, more = ''): string {
  return `
    import { defineConfig } from 'vitest/config'
    import { iris } from '@iris-devtester/vitest'
    export default defineConfig({ ${more} test: { projects: ${projects} } })`
}

const PROJECT_FILE = (name: string, plugins: string) => `
  import { defineProject } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineProject({ plugins: [${plugins}], test: { name: '${name}' } })`

describe('projects with and without IRIS', () => {
  test.each([
    ['by files', "['packages/int/vitest.config.ts', 'packages/unit/vitest.config.ts']"],
    ['by a glob', "['packages/*']"],
  ])('named %s', async (_, projects) => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'vitest.config.ts': config(projects),
      'packages/int/vitest.config.ts': PROJECT_FILE('int', 'iris()'),
      'packages/int/app.ts': APP,
      'packages/int/see.test.ts': SEE,
      'packages/unit/vitest.config.ts': PROJECT_FILE('unit', ''),
      'packages/unit/plain.test.ts': PLAIN,
    })

    const both = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended
    expect(both.exitCode, both.output).toBe(0)
    const [seen] = seenIn(both.output)
    expect(seen?.seenAtImport.namespace).toBe(seen?.namespace)
    expect(both.output).toContain('PLAIN')
    expect(await home.leftovers()).toEqual([])

    const unit = await project.start(VITEST, ['run', '--project', 'unit'], { ...home.env, ...NO_ENGINE }).ended
    expect(unit.exitCode, unit.output).toBe(0)
  })

  test('that extend a configuration with the plugin all have it', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': config(
        "[{ extends: true, test: { name: 'a' } }, { extends: true, test: { name: 'b' } }]",
        'plugins: [iris()],',
      ),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(seen).toHaveLength(2)
    for (const { namespace, seenAtImport } of seen) expect(seenAtImport.namespace).toBe(namespace)
    expect(output.match(/IRIS ready/g)).toHaveLength(1)
    expect(await home.leftovers()).toEqual([])
  })

  test('that have workers of their own number, each with its own namespace', async () => {
    await using home = new RegistryHome()
    const file = `
      import { inject, test } from 'vitest'
      import { setTimeout as sleep } from 'node:timers/promises'
      test('sees', async () => {
        console.log('WORKER ' + process.env.VITEST_POOL_ID + ' HAS ' + inject('iris').namespace)
        await sleep(1_000)
      })`
    const one = (name: string, workers: number, at: number) =>
      `{ plugins: [iris()], test: { name: '${name}', include: ['${name}-*.ts'], maxWorkers: ${workers}, sequence: { groupOrder: ${at} } } }`
    using project = vitestProject({
      'vitest.config.ts': config(`[${one('a', 3, 1)}, ${one('b', 2, 2)}], maxWorkers: 1`),
      ...Object.fromEntries(['a-1', 'a-2', 'a-3', 'b-1', 'b-2'].map((name) => [`${name}.ts`, file])),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = [...output.matchAll(/WORKER (\d+) HAS (\w+)/g)]
    expect(seen).toHaveLength(5)
    const pairs = new Set(seen.map(([, worker, namespace]) => `${worker} ${namespace}`))
    expect(new Set([...pairs].map((pair) => pair.split(' ')[1])).size).toBe(pairs.size)
  })

  test('of which one is changed while Vitest watches rerun that one', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'int/app.ts': APP,
      'int/see.test.ts': SEE,
      'unit/plain.test.ts': PLAIN,
      'vitest.config.ts': config(`[
        { extends: false, plugins: [iris()], test: { name: 'int', include: ['int/**/*.test.ts'] } },
        { extends: false, test: { name: 'unit', include: ['unit/**/*.test.ts'] } }]`),
    })
    const run = project.start(VITEST, ['--watch'], { ...home.env, ...STOP })
    await expect.poll(() => run.output, { timeout: 30_000 }).toMatch(/Waiting for file changes/)

    await sleep(500)
    project.write('unit/plain.test.ts', `${PLAIN}\n// edited`)
    await expect.poll(() => run.output.match(/PLAIN$/gm)?.length, { timeout: 30_000 }).toBe(2)
    project.write('int/see.test.ts', `${SEE}\n// edited`)
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(2)

    expect(run.output.match(/PLAIN$/gm)).toHaveLength(2)
    expect(run.output.match(/IRIS ready/g)).toHaveLength(1)
    run.signal('SIGINT')
    await run.ended
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})

describe('projects with different options', () => {
  const matrix = (second: string) =>
    config(`[
      { extends: false, plugins: [iris({ memoryMb: 700 })], test: { name: 'one', include: ['*.test.ts'] } },
      { extends: false, plugins: [iris(${second})], test: { name: 'other', include: ['*.test.ts'] } }]`)

  test('that one container can not have both are told which, and what to add', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': matrix('{ memoryMb: 800 }'),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output).toMatch(/Two configurations of this run ask for one container/)
    expect(output).toMatch(/memoryMb is \d00, asked for \d00/)
    expect(output).toContain("iris({ instance: 'second'")
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('load the same files into each of their shared namespaces', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'schema.sql': 'CREATE TABLE Box (content VARCHAR(10));',
      'app.ts': APP,
      'see.test.ts': `${SEE}
        test('has the table', async () => {
          const { connectIris } = await import('@iris-devtester/core/connection')
          const connection = connectIris()
          await connection.sql('SELECT content FROM Box')
          await connection.close()
        })`,
      'vitest.config.ts': config(`['AAA', 'BBB', 'CCC'].map((namespace) => ({
        extends: false,
        plugins: [iris({ namespace, isolation: 'shared', load: ['schema.sql'] })],
        test: { name: namespace, include: ['*.test.ts'] } }))`),
    })

    for (const start of ['cold', 'warm']) {
      const { exitCode, output } = await project.start(VITEST, ['run'], home.env).ended
      expect(exitCode, output).toBe(0)
      expect(output).toMatch(new RegExp(`IRIS ready .* ${start}`))
      expect(
        seenIn(output)
          .map(({ namespace }) => namespace)
          .toSorted(),
      ).toEqual(['AAA', 'BBB', 'CCC'])
    }
  })

  test('in an instance each run side by side', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': matrix("{ memoryMb: 800, instance: 'large' }"),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(new Set(seen.map(({ port }) => port)).size).toBe(2)
    for (const { port, seenAtImport } of seen) expect(seenAtImport.port).toBe(String(port))
    expect(await home.leftovers()).toEqual([])
  })
})

test('several instances are there by name for tests and for the code under test', async () => {
  await using home = new RegistryHome()
  using project = vitestProject({
    'app.ts': 'export const archivePort = process.env.IRIS_ARCHIVE_PORT',
    'two.test.ts': `
      import { connectIris } from '@iris-devtester/core/connection'
      import { expect, inject, test } from 'vitest'
      import { archivePort } from './app.ts'
      test('two servers', async () => {
        const { port, namespace, instances } = inject('iris')
        expect(instances.main?.port).toBe(port)
        expect(instances.archive?.port).not.toBe(port)
        expect(archivePort).toBe(String(instances.archive?.port))
        const main = connectIris()
        const archive = connectIris('archive')
        expect(archive.namespace).toBe(instances.archive?.namespace)
        expect(archive.namespace).not.toBe(namespace)
        await main.sql('CREATE TABLE Box (content VARCHAR(10))')
        await expect(archive.sql('SELECT * FROM Box')).rejects.toThrow()
        expect(() => connectIris('nobody')).toThrow(/no instance "nobody"/)
        await Promise.all([main.close(), archive.close()])
      })`,
    'vitest.config.ts': CONFIG.replace('iris()', 'iris({ instances: { main: {}, archive: { memoryMb: 700 } } })'),
  })

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(output.match(/IRIS ready/g)).toHaveLength(2)
  expect(await home.untilClean(), home.reaperLog()).toEqual([])
})

describe('other ways to run', () => {
  test('shards at once share the container and see their own namespaces', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({ 'app.ts': APP, 'a.test.ts': SEE, 'b.test.ts': SEE })

    const shards = ['1/2', '2/2'].map(
      (shard) => project.start(VITEST, ['run', `--shard=${shard}`], { ...home.env, ...STOP }).ended,
    )
    const outcomes = await Promise.all(shards)

    expect(
      outcomes.map(({ exitCode }) => exitCode),
      outcomes.map(({ output }) => output).join(),
    ).toEqual([0, 0])
    const seen = outcomes.flatMap(({ output }) => seenIn(output))
    expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('benchmarks find IRIS like tests', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.bench.ts': `
        import * as vitest from 'vitest'
        import { seenAtImport } from './app.ts'
        const { host, port, namespace } = vitest.inject('iris')
        console.log('SEEN ' + JSON.stringify({ host, port, namespace, seenAtImport }))
        // Since Vitest 5, a benchmark is a test's.
        if (vitest.bench) vitest.bench('nothing', () => {}, { iterations: 2, time: 1 })
        else vitest.test('nothing', () => {})`,
    })

    const { exitCode, output } = await project.start(VITEST, ['bench', '--run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtImport.namespace).toBe(seen?.namespace)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('two Vitest instances in one process share the container and no namespace, and the last one gives it back', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'node_modules/twice/main.mjs': `
        import { startVitest } from 'vitest/node'
        const both = await Promise.all([1, 2].map(() => startVitest('test', [], { run: true, watch: false })))
        for (const vitest of both) await vitest.close()`,
    })

    const { exitCode, output } = await project.start('twice/main.mjs', [], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(seen).toHaveLength(2)
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
    expect(new Set(seen.map(({ namespace }) => namespace)).size).toBe(2)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})

describe('options that mean nothing', () => {
  test.each([
    ['an unknown one', "{ imge: 'x' }", /no option "imge"[\s\S]*Did you mean image\?/],
    ['files as a text', "{ load: 'schema/*.sql' }", /option load is "schema\/\*\.sql", but must be a list of paths/],
    ['a folder that is not there', "{ projectPath: '/no/such/folder' }", /projectPath is "\/no\/such\/folder"/],
    ['a workspace that is not there', "{ share: 'workspace' }", /is in no workspace/],
    ['an instance without a name', "{ instances: { '1': {} } }", /"1" is not a valid instance name/],
  ])('%s is one clear message', async (_, options, message) => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': CONFIG.replace('iris()', `iris(${options} as never)`),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...NO_ENGINE }).ended

    expect(exitCode).toBe(1)
    expect(output).toMatch(message)
    expect(await home.leftovers()).toEqual([])
  })
})
