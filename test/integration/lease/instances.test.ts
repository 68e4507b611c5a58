import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { reconcile } from '../../../packages/core/src/lease/cleanup/reconcile.ts'
import { acquireInstances, type RunOptions } from '../../../packages/core/src/lease/index.ts'
import { RegistryHome } from '../consumer/registry-home.ts'

let home: RegistryHome
let project: string

beforeEach(() => {
  home = new RegistryHome()
  project = join(home.folder, 'project')
  mkdirSync(project)
})

afterEach(async () => {
  vi.unstubAllEnvs()
  await home[Symbol.asyncDispose]()
})

function acquire(options: Partial<RunOptions>) {
  const { registry } = home
  return acquireInstances({ projectPath: project, registry, isolation: 'run', keep: 'stop', quiet: true, ...options })
}

/** Whether a process in the container gets a connection to a name's port: by a shell, or by the stand-in's Node. */
async function reaches(id: string, name: string, port: number): Promise<boolean> {
  const engine = await home.engine()
  const node = `require('net').connect(${port}, '${name}').on('connect', () => process.exit()).on('error', () => process.exit(1))`
  for (const command of [
    ['bash', '-c', `exec 3<>/dev/tcp/${name}/${port}`],
    ['node', '-e', node],
  ]) {
    const { exitCode } = await engine.exec(id, command).catch(() => ({ exitCode: 126 }))
    if (exitCode === 0) return true
  }
  return false
}

describe('several instances of IRIS in one project', () => {
  test('each has its own container, ports and namespaces, and reaches the others by name', async () => {
    await using run = await acquire({ instances: { main: {}, archive: { memoryMb: 700 } } })
    const { main, archive } = run.instances

    expect(run.main).toBe(main)
    expect(new Set([main?.container?.name, archive?.container?.name]).size).toBe(2)
    expect(new Set([main?.connection.info.port, archive?.connection.info.port]).size).toBe(2)
    await main?.connection.sql('CREATE TABLE Box (content VARCHAR(10))')
    await expect(archive?.connection.sql('SELECT * FROM Box')).rejects.toMatchObject({ code: 'SQL_ERROR' })
    expect(await reaches(String(archive?.container?.id), 'main', 1972)).toBe(true)
    expect(await reaches(String(main?.container?.id), 'archive', 1972)).toBe(true)
    expect(await reaches(String(main?.container?.id), 'nobody', 1972)).toBe(false)

    await run.release()
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('keeps its port and its container from run to run', async () => {
    const options = { keep: 'warm', instances: { main: {}, archive: {} } } as const
    const first = await acquire(options)
    const ports = Object.values(first.instances).map((one) => one.connection.info.port)
    await first.release()

    await using second = await acquire(options)

    expect(Object.values(second.instances).map((one) => one.connection.info.port)).toEqual(ports)
    expect(Object.values(second.instances).map((one) => one.container?.start)).toEqual(['warm', 'warm'])
  })

  test('whose containers somebody has removed by hand leave no network', async () => {
    const run = await acquire({ instances: { main: {}, archive: {} } })
    const engine = await home.engine()
    for (const { container } of Object.values(run.instances)) await engine.removeContainer(String(container?.id))
    await run.release()
    await reconcile(home.registry, engine)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('one that the environment names is the server used, without a container', async () => {
    await using own = await acquire({})
    vi.stubEnv('IRIS_ARCHIVE_URL', own.main.connection.info.url)
    vi.stubEnv('IRIS_ARCHIVE_WEB_PORT', String(own.main.connection.info.webPort))
    await using run = await acquire({ instances: { main: {}, archive: {} } })

    expect(run.instances.archive?.container).toBeUndefined()
    expect(run.instances.archive?.connection.info.port).toBe(own.main.connection.info.port)
    expect(run.instances.main?.container?.id).toBe(own.main.container?.id)
  })

  test('one that fails takes the others along, and the error names it', async () => {
    const image = 'iris-devtester/no-such-image:1'
    await expect(acquire({ instances: { main: {}, archive: { image } } })).rejects.toMatchObject({
      code: 'IMAGE_UNAVAILABLE',
      summary: expect.stringMatching(/^Instance archive: The image iris-devtester\/no-such-image:1 /),
      details: expect.objectContaining({ instance: 'archive' }),
    })
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('more of them than there are ports end in one error, and leave nothing', async () => {
    const names = Array.from({ length: 11 }, (_, index) => `i${index}`)
    const instances = Object.fromEntries(names.map((name) => [name, {}]))
    await expect(acquire({ instances })).rejects.toMatchObject({ code: 'PORT_EXHAUSTED' })
    expect(await home.untilClean(60_000), home.reaperLog()).toEqual([])
  })

  test.each([
    ['no instance', {}, 'OPTION_INVALID'],
    ['a name that is no identifier', { 'my archive': {} }, 'INVALID_INSTANCE'],
    ['a name whose variables are taken', { web: {} }, 'INVALID_INSTANCE'],
    ['names that differ by capitals alone', { archive: {}, Archive: {} }, 'OPTION_INVALID'],
    ['an option of the run', { main: { projectPath: '/' } }, 'OPTION_UNKNOWN'],
    ['an option that nobody knows', { main: {}, archive: { imge: 'x' } }, 'OPTION_UNKNOWN'],
  ])('%s is refused before anything is started', async (_, instances, code) => {
    await expect(acquire({ instances: instances as RunOptions['instances'] })).rejects.toMatchObject({ code })
    expect(await home.leftovers()).toEqual([])
  })

  test('two configurations that one container can not serve are told to use two instances', async () => {
    await using _first = await acquire({ memoryMb: 700 })
    await expect(acquire({ memoryMb: 800 })).rejects.toMatchObject({
      code: 'INSTANCE_CONFLICT',
      summary: expect.stringMatching(/instance main of .*project, .*\n {2}memoryMb is 700, asked for 800/),
      hint: expect.stringContaining("instance: 'second'"),
    })
    await using second = await acquire({ memoryMb: 800, instance: 'second' })
    expect(second.main.container?.start).toBe('cold')
  })
})

describe('a workspace', () => {
  test('shares its IRIS among packages, each with namespaces and files of its own', async () => {
    writeFileSync(join(project, 'pnpm-workspace.yaml'), "packages: ['packages/*']\n")
    const folders = ['a', 'b'].map((name) => join(project, 'packages', name))
    for (const folder of folders) {
      mkdirSync(folder, { recursive: true })
      writeFileSync(
        join(folder, 'schema.sql'),
        `CREATE TABLE Own (name VARCHAR(80));\nINSERT INTO Own VALUES ('${folder}')`,
      )
    }

    const runs = await Promise.all(
      folders.map((projectPath) => acquire({ projectPath, share: 'workspace', load: ['*.sql'] })),
    )

    expect(new Set(runs.map(({ main }) => main.container?.id)).size).toBe(1)
    expect(new Set(runs.map(({ main }) => main.connection.namespace)).size).toBe(2)
    for (const [index, { main }] of runs.entries())
      expect(await main.connection.sql('SELECT name FROM Own')).toEqual([{ name: folders[index] }])
    for (const run of runs) await run.release()
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('that is not there is an error with the folder and what was looked for', async () => {
    await expect(acquire({ share: 'workspace' })).rejects.toMatchObject({
      code: 'WORKSPACE_NOT_FOUND',
      summary: expect.stringContaining(`${project} is in no workspace`),
      hint: expect.stringContaining('IRIS_PROJECT_PATH'),
    })
  })
})
