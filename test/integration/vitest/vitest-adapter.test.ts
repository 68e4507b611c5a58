import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { APP, CONFIG, SEE, seenIn, VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

describe('a project with one line of configuration', () => {
  test('runs at the same time as another, each with its own container on its own ports', async () => {
    await using home = new RegistryHome()
    using one = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })
    using other = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })

    const runs = [one, other].map((project) => project.start(VITEST, ['run'], home.env).ended)
    const outcomes = await Promise.all(runs)

    expect(outcomes.map(({ exitCode }) => exitCode)).toEqual([0, 0])
    const ports = outcomes.map(({ output }) => seenIn(output)[0]?.port)
    expect(new Set(ports).size).toBe(2)
    expect(await home.containers()).toHaveLength(2)

    const again = await one.start(VITEST, ['run'], home.env).ended
    expect(seenIn(again.output)[0]?.port).toBe(ports[0])
    expect(again.output).toMatch(/IRIS ready .* warm/)
  })

  test.for(['forks', 'threads', 'vmThreads', 'vmForks'])(
    'has the variables set before its code is imported, in %s',
    async (pool) => {
      await using home = new RegistryHome()
      using project = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })

      const { exitCode, output } = await project.start(VITEST, ['run', `--pool=${pool}`], { ...home.env, ...STOP })
        .ended

      expect(exitCode, output).toBe(0)
      const [seen] = seenIn(output)
      expect(seen?.seenAtImport).toEqual({ host: seen?.host, port: String(seen?.port), namespace: seen?.namespace })
      expect(seen?.url).toContain(`:${seen?.port}/${seen?.namespace}`)
      expect(await home.leftovers()).toEqual([])
    },
  )

  test('gives two workers two namespaces that do not see each other', async () => {
    await using home = new RegistryHome()
    const file = (own: string) => `
      import { existsSync, writeFileSync } from 'node:fs'
      import { connectIris } from '@iris-devtester/core/connection'
      import { expect, inject, test } from 'vitest'
      test('has the table to itself', async () => {
        const iris = connectIris()
        await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
        await iris.sql('INSERT INTO Box VALUES (?)', ['${own}'])
        writeFileSync('${own}', '')
        await expect.poll(() => existsSync('one') && existsSync('two'), { timeout: 20_000 }).toBe(true)
        expect(await iris.sql('SELECT content FROM Box')).toEqual([{ content: '${own}' }])
        console.log('SEEN ' + JSON.stringify({ namespace: inject('iris').namespace }))
        await iris.close()
      }, 30_000)`
    using project = vitestProject({ 'one.test.ts': file('one'), 'two.test.ts': file('two') })

    const { exitCode, output } = await project.start(VITEST, ['run', '--maxWorkers=2'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(new Set(seenIn(output).map(({ namespace }) => namespace)).size).toBe(2)
  })

  test('loads neither a Docker client nor a container library in a worker', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'modules.test.ts': `
        import { createRequire } from 'node:module'
        import { test, expect } from '@iris-devtester/vitest/test'
        test('modules', async ({ sql }) => {
          await sql('SELECT 1')
          const loaded = Object.keys(createRequire(import.meta.url).cache)
          expect(loaded.filter((path) => /dockerode|testcontainers|docker-modem/.test(path))).toEqual([])
        })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
  })
})

describe('other ways in', () => {
  test('the global set-up alone, without options', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        export default defineConfig({ test: { globalSetup: ['@iris-devtester/vitest/global-setup'] } })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const [seen] = seenIn(output)
    expect(seen?.seenAtImport.namespace).toBe(seen?.namespace)
    expect(await home.leftovers()).toEqual([])
  })

  test('fixtures give a connection and statements in the namespace of the worker', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'fixtures.test.ts': `
        import { expect, test } from '@iris-devtester/vitest/test'
        test('counts', async ({ iris, sql }) => {
          await sql('CREATE TABLE Box (content VARCHAR(10))')
          await sql('INSERT INTO Box VALUES (?)', ['a'])
          expect(await iris.sql('SELECT COUNT(*) AS boxes FROM Box')).toEqual([{ boxes: 1 }])
        })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
  })

  test('several projects of one run share one container, and it counts once', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { iris } from '@iris-devtester/vitest'
        const project = (name) => ({ plugins: [iris()], test: { name, include: ['*.test.ts'] } })
        export default defineConfig({ plugins: [iris()], test: { projects: [project('a'), project('b')] } })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    expect(seenIn(output)).toHaveLength(2)
    expect(new Set(seenIn(output).map(({ port }) => port)).size).toBe(1)
    expect(output.match(/IRIS ready/g)).toHaveLength(1)
    expect(await home.leftovers()).toEqual([])
  })

  test('a project without the plugin runs as if the package were not installed', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'int/see.test.ts': SEE.replace('./app.ts', '../app.ts'),
      'unit/plain.test.ts': `
        import { expect, inject, test } from 'vitest'
        test('knows nothing of IRIS', () => {
          console.log('PLAIN ' + JSON.stringify(Object.keys(process.env).filter((name) => name.startsWith('IRIS_') && !name.startsWith('IRIS_DEVTESTER') && name !== 'IRIS_IMAGE')))
          expect(inject('iris')).toBeUndefined()
        })`,
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { iris } from '@iris-devtester/vitest'
        export default defineConfig({ test: { projects: [
          { extends: false, plugins: [iris()], test: { name: 'int', include: ['int/**/*.test.ts'] } },
          { extends: false, test: { name: 'unit', include: ['unit/**/*.test.ts'] } },
        ] } })`,
    })

    const both = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended
    expect(both.exitCode, both.output).toBe(0)
    expect(seenIn(both.output)).toMatchObject([{ seenAtImport: { host: '127.0.0.1' } }])
    expect(both.output).toContain('PLAIN []')
    expect(await home.leftovers()).toEqual([])

    const unit = await project.start(VITEST, ['run', '--project', 'unit'], {
      ...home.env,
      DOCKER_HOST: 'unix:///nowhere',
    }).ended
    expect(unit.exitCode, unit.output).toBe(0)
    expect(unit.output).not.toContain('IRIS ready')
  })

  test('two projects with different namespaces share one container, and each sees its own', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'app.ts': APP,
      'see.test.ts': SEE,
      'vitest.config.ts': `
        import { defineConfig } from 'vitest/config'
        import { iris } from '@iris-devtester/vitest'
        const project = (namespace) => ({
          plugins: [iris({ namespace, isolation: 'shared' })],
          test: { name: namespace, include: ['*.test.ts'] },
        })
        export default defineConfig({ test: { projects: [project('AAA'), project('BBB')] } })`,
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode, output).toBe(0)
    const seen = seenIn(output)
    expect(seen.map(({ namespace }) => namespace).toSorted()).toEqual(['AAA', 'BBB'])
    for (const { namespace, seenAtImport, url } of seen) {
      expect(seenAtImport.namespace).toBe(namespace)
      expect(url).toMatch(new RegExp(`/${namespace}$`))
    }
    expect(new Set(seen.map(({ port }) => port)).size).toBe(1)
    expect(await home.leftovers()).toEqual([])
  })

  test('listing tests starts nothing', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })

    const { exitCode, output } = await project.start(VITEST, ['list'], home.env).ended

    expect(exitCode, output).toBe(0)
    expect(output).toContain('sees')
    expect(await home.leftovers()).toEqual([])
  })
})

describe('when something goes wrong', () => {
  test('an image that can not be had is one clear message, and nothing is left', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })

    const { exitCode, output } = await project.start(VITEST, ['run'], {
      ...home.env,
      IRIS_IMAGE: 'iris-devtester/no-such-image:1',
    }).ended

    expect(exitCode).not.toBe(0)
    expect(output).toContain("The image iris-devtester/no-such-image:1 is not on this machine and can't be pulled")
    expect(output).toContain('docker pull iris-devtester/no-such-image:1')
    expect(await home.leftovers()).toEqual([])
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGKILL'] as const)('%s leaves nothing behind', async (signal) => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'slow.test.ts': `
        import { test } from 'vitest'
        test('slow', async () => { console.log('RUNNING'); await new Promise((resolve) => setTimeout(resolve, 60_000)) }, 90_000)`,
    })
    const run = project.start(VITEST, ['run', '--disable-console-intercept'], { ...home.env, ...STOP })
    await expect.poll(() => run.output, { timeout: 30_000 }).toContain('RUNNING')

    run.signal(signal)
    await run.ended

    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('a failed test file shows the end of the log once, beside the reporters of the user', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({
      'a.test.ts': `import { expect, test } from 'vitest'; test('fails', () => expect(1).toBe(2))`,
      'b.test.ts': `import { expect, test } from 'vitest'; test('fails too', () => expect(1).toBe(2))`,
      'mine.ts': `export default class { onTestRunEnd() { console.log('MINE') } }`,
      'vitest.config.ts': CONFIG.replace('[iris()]', "[iris()], test: { reporters: ['default', './mine.ts'] }"),
    })

    const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

    expect(exitCode).toBe(1)
    expect(output.match(/IRIS log {2}iris_/g)).toHaveLength(1)
    expect(output).toMatch(/\.\.\.started InterSystems IRIS instance/)
    expect(output).toContain('MINE')
    expect(output).toContain('2 failed')
  })
})

describe('watching', () => {
  test('keeps the container over reruns, and leaves it as asked at the end', async () => {
    await using home = new RegistryHome()
    using project = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })
    const run = project.start(VITEST, ['--watch'], { ...home.env, ...STOP })
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(1)

    await sleep(500)
    project.write('see.test.ts', `${SEE}\n// edited`)
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(2)
    expect(run.output.match(/IRIS ready/g)).toHaveLength(1)

    project.write('vitest.config.ts', `${CONFIG}\n// edited`)
    await expect.poll(() => seenIn(run.output).length, { timeout: 30_000 }).toBe(3)
    expect(run.output.match(/IRIS ready/g)).toHaveLength(2)

    run.signal('SIGINT')
    await run.ended
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })
})
