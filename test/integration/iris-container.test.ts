import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { LABELS } from '../../packages/core/src/container/container-identity.ts'
import { probeSuperserver } from '../../packages/core/src/container/superserver-handshake.ts'
import { reconcile } from '../../packages/core/src/lease/cleanup/reconcile.ts'
import { ContainerProcess } from '../machine/container-process.ts'
import { EngineProxy } from '../machine/engine-proxy.ts'
import { IMAGE, quickContainer, rejection, TestHome } from '../machine/test-home.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'

let home: TestHome
beforeEach(async () => {
  home = await TestHome.create()
})
afterEach(() => home[Symbol.asyncDispose]())

describe('a started container', () => {
  test('is bound to 127.0.0.1 alone, and answers by that name', async () => {
    await using started = await (await home.container('a')).start()
    expect(started.getHost()).toBe('127.0.0.1')
    expect(started.getConnectionUri()).toBe(`iris://test:test@127.0.0.1:${started.getPort()}/USER`)
    const bindings = (await home.engine.inspectContainer(started.getId()))?.NetworkSettings.Ports ?? {}
    expect(bindings['1972/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: String(started.getPort()) }])
    expect(bindings['52773/tcp']).toEqual([{ HostIp: '127.0.0.1', HostPort: String(started.getWebPort()) }])
  })

  test('listens elsewhere when asked to', async () => {
    await using started = await (await home.container('a')).withBindAddress('0.0.0.0').start()
    expect(started.getHost()).toBe('127.0.0.1')
    const bindings = (await home.engine.inspectContainer(started.getId()))?.NetworkSettings.Ports ?? {}
    expect(bindings['1972/tcp']?.[0]?.HostIp).toBe('0.0.0.0')
  })

  test('has its namespace, user and password', async () => {
    const container = (await home.container('a')).withNamespace('DEMO').withUsername('ada').withPassword('p@ss:word/1')
    await using started = await container.start()
    expect(started.getConnectionOptions()).toMatchObject({ ns: 'DEMO', user: 'ada', pwd: 'p@ss:word/1' })
    await started.connection.sql('CREATE TABLE Here (id INTEGER)')
    const namespaces = (await started.connection.serverInfo()).namespaces.map((name) => name.toUpperCase())
    expect(namespaces).toContain('DEMO')
  })

  test('says whose it is in its labels', async () => {
    await using started = await (await home.container('a')).start()
    expect(started.getLabels()).toMatchObject({
      [LABELS.project]: await home.project('a'),
      [LABELS.registry]: home.registry.folder,
      [LABELS.port]: String(started.getPort()),
      [LABELS.webPort]: String(started.getWebPort()),
      [LABELS.owner]: 'container',
    })
    expect(JSON.parse(started.getLabels()[LABELS.process] ?? '')).toMatchObject({ pid: process.pid })
  })

  test('keeps data, ports and its connection over a restart, and is ready again after it', async () => {
    await using started = await (await home.container('a', { STANDIN_BOOT_MS: '600' })).start()
    const { connection } = started
    await connection.sql('CREATE TABLE Kept (n INTEGER)')
    await connection.sql('INSERT INTO Kept (n) VALUES (42)')
    const port = started.getPort()
    for (let round = 0; round < 2; round++) {
      await started.restart({ timeout: 30_000 })
      expect(await probeSuperserver('127.0.0.1', port)).toBe('superserver')
      expect(started.connection).toBe(connection)
      expect(await connection.sql('SELECT n FROM Kept')).toEqual([{ n: 42 }])
    }
  })

  test('a restart that fails is diagnosed by this boot, and keeps the container', async () => {
    await using started = await (await home.container('a', {}, STAND_IN_TAG)).withStartupTimeout(20_000).start()
    await home.engine.exec(started.getId(), ['/bin/node', '-e', BREAK_NEXT_BOOT])
    const error = await rejection<IrisContainerError>(started.restart())
    expect(error.name).toBe('IrisContainerError')
    expect((await home.engine.inspectContainer(started.getId()))?.Id).toBe(started.getId())
  })

  test('stops twice, at once too, and when it is gone already', async () => {
    const started = await (await home.container('a')).start()
    await Promise.all([started.stop(), started.stop()])
    await started.stop()
    const other = await (await home.container('a')).start()
    await home.engine.removeContainer(other.getId())
    await other.stop()
    expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  })

  test('stops while it is paused', async () => {
    const started = await (await home.container('a')).start()
    await home.engine.text(`/containers/${started.getId()}/pause`, { method: 'POST' })
    await started.stop()
    expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  })

  test('starts again under the same object, even while it stops', async () => {
    const container = await home.container('a')
    const first = await container.start()
    const stopping = first.stop()
    await using second = await container.start()
    await stopping
    expect(second.getId()).not.toBe(first.getId())
    expect(second.getPort()).toBe(first.getPort())
    expect((await home.leftovers()).assignments.sort()).toEqual([second.getPort(), second.getWebPort()].sort())
  })
})

describe('the way IRIS is started', () => {
  test('a hook is waited for', async () => {
    const container = (await home.container('a')).withCommand(['--before', 'true', '--after', 'iris qlist IRIS'])
    await using started = await container.start()
    expect(await home.engine.logs(started.getId())).toMatch(/\.\.\.executed command iris qlist IRIS/)
  })

  test('a licence key is copied in and named to iris-main', async () => {
    const key = join(home.path, 'iris.key')
    await writeFile(key, '[ConfigFile]\nFileType=InterSystems License\n')
    // What is no licence at all stops a real IRIS.
    const container = await home.container('a', {}, STAND_IN_TAG)
    await using started = await container.withLicenseKey(key).start()
    const inspection = await home.engine.call<{ Config: { Cmd: string[] } }>(`/containers/${started.getId()}/json`, {})
    expect(inspection.Config.Cmd).toEqual(['--key', '/iris-devtester/iris.key'])
    const inside = await home.fileIn(started.getId(), '/iris-devtester/iris.key')
    expect(inside).toContain('FileType=InterSystems License')
  })

  test('a licence key that is not there is named, before anything is created', async () => {
    const error = await rejection<IrisContainerError>(
      (await home.container('a')).withLicenseKey(join(home.path, 'none.key')).start(),
    )
    expect(error).toMatchObject({ code: 'SETTING_INVALID', details: { setting: 'licenseKey' } })
    expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  })

  test("the library's own options still count", async () => {
    const container = (await home.container('a'))
      .withLabels({ mine: 'yes' })
      .withCopyContentToContainer([{ content: 'hello', target: '/tmp/hello.txt' }])
      .withExposedPorts(53_773)
    await using started = await container.start()
    expect(started.getLabels()).toMatchObject({ mine: 'yes' })
    expect(started.getMappedPort(53_773)).toBeGreaterThan(0)
    expect(await home.fileIn(started.getId(), '/tmp/hello.txt')).toContain('hello')
  })

  test('what it is to be is in its merge file, and what it is can be asked', async () => {
    const container = (await home.container('a')).withGlobalBuffers(96).withNamespace('SHOP').withUsername('clerk')
    await using started = await container.withPassword('s3cret').start()
    expect(await home.fileIn(started.getId(), '/iris-devtester/merge.cpf')).toContain('globals=0,0,96,0,0,0')
    expect([started.getNamespace(), started.getUsername(), started.getPassword()]).toEqual(['SHOP', 'clerk', 's3cret'])
    expect(await started.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })

  test('an image without a web server is asked by a session inside', async () => {
    await using started = await (await home.container('a', { STANDIN_WEB_PORT: '52999' }, STAND_IN_TAG)).start()
    const error = await rejection<Error>(started.connection.sql('SELECT 1'))
    expect(started.connection.webPort).toBe(0)
    expect(error).toMatchObject({ code: 'IRIS_NO_WEB_API' })
    await started.restart()
    expect(await probeSuperserver('127.0.0.1', started.getPort())).toBe('superserver')
    expect(started.connection.webPort).toBe(0)
  })

  test('settings that could be anything else are refused before anything is created', async () => {
    const tries = [
      quickContainer().withNamespace('X]\n[Actions'),
      quickContainer().withUsername('a,Roles="%All"'),
      quickContainer().withPassword('two\nlines'),
      quickContainer().withMergeLines(['[Actions]\nExecute:Name=x']),
      quickContainer().withEnvironment({ ISC_CPF_MERGE_FILE: '/etc/passwd' }),
      quickContainer().withBindAddress('127.0.0.1; rm -rf /'),
    ]
    for (const container of tries) {
      const error = await rejection<IrisContainerError>(container.start())
      expect(error.code).toBe('SETTING_INVALID')
    }
    expect(() => quickContainer().withProjectPath('relative/path')).toThrow(/absolute/)
    expect(() => quickContainer().withReuse()).toThrow(/acquireIris/)
  })
})

describe('a process of its own', () => {
  const task = async (afterwards: 'stop' | 'stay') =>
    ({ image: IMAGE, projectPath: await home.project('p'), afterwards }) as const

  function engineEnvironment(): Record<string, string> {
    return { DOCKER_HOST: home.engine.address, IRIS_DEVTESTER_HOME: home.path }
  }

  test('that starts and stops a container ends by itself, and says nothing on standard error', async () => {
    await using run = new ContainerProcess(await task('stop'), engineEnvironment())
    await run.report('stopped')
    expect(await run.ended).toEqual({ code: 0, signal: null })
    expect(run.errors).toBe('')
  })

  test('that fails ends by itself too', async () => {
    await using run = new ContainerProcess(
      { ...(await task('stop')), image: STAND_IN_TAG, environment: { STANDIN_EXIT_CODE: '3' } },
      engineEnvironment(),
    )
    await run.report('failed')
    expect(await run.ended).toEqual({ code: 0, signal: null })
    expect(run.errors).toBe('')
  })

  test('that was killed leaves a container, which the next start under the same registry removes', async () => {
    await using run = new ContainerProcess(await task('stay'), engineEnvironment())
    const { id, port } = await run.report('ready')
    run.kill('SIGKILL')
    await run.ended
    expect((await home.engine.inspectContainer(id))?.State.Running).toBe(true)

    await using next = await (await home.container('p')).start()
    expect(await home.engine.inspectContainer(id)).toBeUndefined()
    expect(next.getPort()).toBe(port)
  })

  test('that was killed leaves a container, which the reaper of the registry removes too, but not before', async () => {
    await using run = new ContainerProcess(await task('stay'), engineEnvironment())
    const { id } = await run.report('ready')
    expect(await reconcile(home.registry, home.engine)).toEqual([])
    run.kill('SIGKILL')
    await run.ended

    expect(await reconcile(home.registry, home.engine)).toEqual([
      expect.stringMatching(/^container iris_\w+ of a process that died removed$/),
    ])
    expect(await home.engine.inspectContainer(id)).toBeUndefined()
  })

  test('that its label does not identify is not judged', async () => {
    const { Id } = await home.engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      query: { name: `iris_01234567_${process.pid}` },
      body: {
        Image: IMAGE,
        Labels: { [LABELS.owner]: 'container', [LABELS.registry]: home.registry.folder, [LABELS.process]: 'nobody' },
      },
    })
    expect(await reconcile(home.registry, home.engine)).toEqual([])
    expect((await home.engine.inspectContainer(Id))?.Id).toBe(Id)
  })

  test('that lives keeps its container, whoever else starts', async () => {
    await using run = new ContainerProcess(await task('stay'), engineEnvironment())
    const { id } = await run.report('ready')
    await using _ = await (await home.container('other')).start()
    expect((await home.engine.inspectContainer(id))?.State.Running).toBe(true)
    const error = await rejection<IrisContainerError>((await home.container('p')).start())
    expect(error.code).toBe('CONTAINER_NAME_TAKEN')
  })

  test('finds the engine by a Docker context', async () => {
    const { DOCKER_HOST, ...rest } = engineEnvironment()
    const docker = join(home.path, 'docker')
    await writeContext(docker, 'mine', DOCKER_HOST ?? '')
    await using run = new ContainerProcess(await task('stop'), { ...rest, DOCKER_CONFIG: docker })
    expect(await run.report('ready')).toMatchObject({ host: '127.0.0.1', rows: [{ one: 1 }] })
    expect(await run.ended).toEqual({ code: 0, signal: null })
  })

  test('uses an engine behind a TCP port', async () => {
    const at = await freePort()
    await using _ = await EngineProxy.start({ at, engine: home.engine.endpoint })
    await using run = new ContainerProcess(await task('stop'), {
      ...engineEnvironment(),
      DOCKER_HOST: `tcp://127.0.0.1:${at}`,
    })
    expect(await run.report('ready')).toMatchObject({ host: '127.0.0.1', rows: [{ one: 1 }] })
    expect(await run.ended).toEqual({ code: 0, signal: null })
  })
})

/** Makes the stand-in's next boot fail; a real IRIS is broken another way. */
const BREAK_NEXT_BOOT = 'fs.writeFileSync("/usr/irissys/mgr/stand-in-state.json", "{")'

async function writeContext(docker: string, name: string, host: string): Promise<void> {
  const { createHash } = await import('node:crypto')
  const { mkdir } = await import('node:fs/promises')
  const folder = join(docker, 'contexts/meta', createHash('sha256').update(name).digest('hex'))
  await mkdir(folder, { recursive: true })
  await writeFile(join(docker, 'config.json'), JSON.stringify({ currentContext: name }))
  await writeFile(join(folder, 'meta.json'), JSON.stringify({ Name: name, Endpoints: { docker: { Host: host } } }))
}

async function freePort(): Promise<number> {
  const { createServer } = await import('node:net')
  return new Promise((resolve) => {
    const server = createServer().listen({ port: 0, host: '127.0.0.1' }, () => {
      const { port } = server.address() as { port: number }
      server.close(() => resolve(port))
    })
  })
}
