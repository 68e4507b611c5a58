import { createServer, type Server } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { createContainer } from '../../packages/core/src/container/create-container.ts'
import { createRequest } from '../../packages/core/src/container/create-request.ts'
import { completeSettings } from '../../packages/core/src/container/iris-settings.ts'
import { fingerprint, formatFingerprints } from '../../packages/core/src/container/settings-fingerprints.ts'
import { waitUntilReady } from '../../packages/core/src/container/wait-until-ready.ts'
import { PortConflictError } from '../../packages/core/src/ports/index.ts'
import { IRISContainer } from '../../packages/testcontainers/src/iris-container.ts'
import { EndClock } from '../machine/end-clock.ts'
import { importForeignImage } from '../machine/foreign-image.ts'
import { portAt, WEB_RANGE } from '../machine/port-ranges.ts'
import { rejection, TestHome } from '../machine/test-home.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'

const SECRET = 's3cret-Passw0rd!'

let home: TestHome
beforeEach(async () => {
  home = await TestHome.create()
})
afterEach(() => home[Symbol.asyncDispose]())

/** These failures can only be had from the stand-in. */
async function failing(environment: Record<string, string> = {}): Promise<IRISContainer> {
  return new IRISContainer(STAND_IN_TAG)
    .withEnvironment({ STANDIN_BOOT_MS: '50', ...environment })
    .withPassword(SECRET)
    .withPortRegistry(home.registry)
    .withProjectPath(await home.project('failing'))
}

/** Every failure leaves nothing, and tells no secret. */
async function expectNothingLeft(error: Error): Promise<void> {
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  expect(`${error.message}${JSON.stringify(error)}`).not.toContain(SECRET)
}

describe('a start that ends early is diagnosed', () => {
  let plain: number | undefined
  const cases: [string, Record<string, string>, Partial<IrisContainerError>, RegExp][] = [
    [
      'an expired licence',
      { STANDIN_LICENSE_EXPIRED: '1' },
      { code: 'IRIS_LICENSE_EXPIRED' },
      /Community License expired[\s\S]*docker pull/,
    ],
    [
      'an expired licence that speaks of cores',
      { STANDIN_LICENSE_EXPIRED: 'core' },
      { code: 'IRIS_LICENSE_EXPIRED' },
      /may have exceeded core limit[\s\S]*docker pull/,
    ],
    [
      'an aborted startup',
      { STANDIN_STARTUP_ABORTED: '1' },
      { code: 'IRIS_STARTUP_ABORTED' },
      /\*\* Startup aborted \*\*/,
    ],
    [
      'an exit without a reason',
      { STANDIN_EXIT_CODE: '3' },
      { code: 'IRIS_EXITED', exitCode: 3 },
      /exit code 3[\s\S]*Starting InterSystems IRIS/,
    ],
    [
      'a crash after "started", before the login',
      { STANDIN_SLOW_MS: '3000', STANDIN_CRASH_AFTER_MS: '200', STANDIN_EXIT_CODE: '7' },
      { code: 'IRIS_EXITED', exitCode: 7 },
      /exit code 7[\s\S]*\.\.\.started/,
    ],
  ]
  for (const [name, environment, expected, text] of cases) {
    test(name, async () => {
      await using clock = await EndClock.start(home.engine)
      const error = await rejection<IrisContainerError>((await failing(environment)).start())
      const delay = await clock.sinceEnd()
      expect(error).toBeInstanceOf(IrisContainerError)
      expect(error).toMatchObject(expected)
      expect(error.message).toMatch(text)
      expect(error.logTail.length).toBeGreaterThan(0)
      await expectNothingLeft(error)
      plain ??= await clock.plainRemoval(STAND_IN_TAG, environment)
      console.log(`${name}: told ${delay} ms after the end; a plain create, start and removal takes ${plain} ms`)
      expect(delay / plain).toBeLessThan(3)
    })
  }

  test('too little memory', async () => {
    const container = (await failing({ STANDIN_OUT_OF_MEMORY: '1' })).withResourcesQuota({ memory: 0.1 })
    const error = await rejection<IrisContainerError>(container.start())
    expect(error).toMatchObject({ code: 'IRIS_OUT_OF_MEMORY', exitCode: 137 })
    await expectNothingLeft(error)
  })

  test('a failing hook', async () => {
    const error = await rejection<IrisContainerError>((await failing()).withCommand(['--after', 'exit 4']).start())
    expect(error).toMatchObject({ code: 'IRIS_EXITED' })
    expect(error.message).toContain('Command "exit 4" exited with status 4')
    await expectNothingLeft(error)
  })

  test('an argument that iris-main does not know', async () => {
    const error = await rejection<IrisContainerError>((await failing()).withCommand(['--nonsense']).start())
    expect(error.code).toBe('IRIS_EXITED')
    expect(error.message).toContain('--nonsense')
    await expectNothingLeft(error)
  })
})

describe('an IRIS that starts but is of no use is diagnosed', () => {
  test('it refuses the password', async () => {
    const error = await rejection<IrisContainerError>((await failing({ STANDIN_REFUSE_LOGINS: '1' })).start())
    expect(error.code).toBe('IRIS_PASSWORD_REFUSED')
    await expectNothingLeft(error)
  })

  test('it ignored the merge file, and has no such user', async () => {
    const error = await rejection<IrisContainerError>((await failing({ STANDIN_IGNORE_MERGE: '1' })).start())
    expect(error.code).toBe('IRIS_PASSWORD_REFUSED')
    expect(error.message).toMatch(/merge file did not take effect[\s\S]*official one/)
    await expectNothingLeft(error)
  })

  test('it ignored the merge file, and wants the password changed', async () => {
    const container = (await failing({ STANDIN_IGNORE_MERGE: '1' })).withUsername('_SYSTEM').withPassword('SYS')
    const error = await rejection<IrisContainerError>(container.start())
    expect(error.code).toBe('IRIS_MERGE_IGNORED')
    await expectNothingLeft(error)
  })

  test('it has no licence units', async () => {
    const error = await rejection<IrisContainerError>((await failing({ STANDIN_LICENSE_UNITS: '0' })).start())
    expect(error.code).toBe('IRIS_LICENSE_UNITS_EXHAUSTED')
    await expectNothingLeft(error)
  })

  test('it cannot read the merge file', async () => {
    const settings = completeSettings({ image: STAND_IN_TAG })
    const request = createRequest(settings, {
      projectPath: home.path,
      registryId: home.registry.registryId,
      port: portAt(9),
      webPort: WEB_RANGE[1],
      fingerprints: formatFingerprints(fingerprint(settings)),
      owner: 'container',
    })
    const files = request.files.map((file) => ({ ...file, mode: 0o600 }))
    const id = await createContainer(home.engine, { ...request, files })
    const { name } = request
    const connection = {
      host: '127.0.0.1',
      port: portAt(9),
      webPort: WEB_RANGE[1],
      namespace: 'USER',
      username: 'test',
      password: 'test',
    }
    const readiness = {
      engine: home.engine,
      id,
      name,
      image: STAND_IN_TAG,
      connection,
      since: 0,
      timeoutMs: 60_000,
      afterHook: false,
    }
    const error = await rejection<IrisContainerError>(waitUntilReady(readiness))
    expect(error.code).toBe('IRIS_MERGE_FILE_UNREADABLE')
    expect(error.message).toContain('/iris-devtester/merge.cpf')
  })

  test('it never says that it has started', async () => {
    const error = await rejection<IrisContainerError>(
      (await failing({ STANDIN_SILENT: '1' })).withStartupTimeout(6_000).start(),
    )
    expect(error.code).toBe('IRIS_START_TIMEOUT')
    expect(error.message).toMatch(/not ready within 6 s; still awaited: boot[\s\S]*Private webserver started/)
    await expectNothingLeft(error)
  })

  test('its superserver never answers', async () => {
    const error = await rejection<IrisContainerError>(
      (await failing({ STANDIN_NO_HANDSHAKE: '1' })).withStartupTimeout(6_000).start(),
    )
    expect(error.code).toBe('IRIS_START_TIMEOUT')
    expect(error.message).toContain('still awaited: superserver')
    await expectNothingLeft(error)
  })

  test('it is no IRIS, and says nothing at all', async () => {
    const container = (await failing()).withEntrypoint(['/bin/node', '-e', 'setTimeout(() => {}, 1e6)'])
    const error = await rejection<IrisContainerError>(container.withStartupTimeout(2_000).start())
    expect(error.code).toBe('IRIS_START_TIMEOUT')
    expect(error.message).toContain('It wrote nothing.')
    await expectNothingLeft(error)
  })

  test('a slow one is waited for', async () => {
    await using started = await (await failing({ STANDIN_SLOW_MS: '400' })).start()
    expect(await started.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
  })
})

describe('what the engine refuses is explained', () => {
  test('an entry point that is not there', async () => {
    const error = await rejection<IrisContainerError>((await failing()).withEntrypoint(['/nope']).start())
    expect(error).toMatchObject({ name: 'IrisContainerError', code: 'CONTAINER_REFUSED' })
    expect(error.message).toMatch(/no such file or directory|not found/)
    expect(error.message).toContain('docker image inspect')
    await expectNothingLeft(error)
  })

  test('an image that is not there, with the words of the pull', async () => {
    const image = '127.0.0.1:9/intersystems/iris-community:latest-em'
    const container = new IRISContainer(image)
      .withPortRegistry(home.registry)
      .withProjectPath(await home.project('failing'))
    const error = await rejection<IrisContainerError>(container.start())
    expect(error.code).toBe('IMAGE_UNAVAILABLE')
    expect(error.message).toContain(image)
    expect(error.message).toContain('connection refused')
    expect(error.message).toContain(`docker pull ${image}`)
    await expectNothingLeft(error)
  })

  test('an image for another architecture', async () => {
    await using foreign = await importForeignImage(home.engine)
    const container = new IRISContainer(foreign.tag)
      .withPortRegistry(home.registry)
      .withProjectPath(await home.project('failing'))
    const error = await rejection<IrisContainerError>(container.start())
    expect(error.code).toBe('IMAGE_WRONG_ARCHITECTURE')
    expect(error.message).toContain('exec format error')
    await expectNothingLeft(error)
  })

  test('a container of that name that is not ours is left alone', async () => {
    const container = (await failing()).withName('iris-somebody-else')
    const { Id } = await home.engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      query: { name: 'iris-somebody-else' },
      body: { Image: STAND_IN_TAG },
    })
    try {
      const error = await rejection<IrisContainerError>(container.start())
      expect(error.code).toBe('CONTAINER_NAME_TAKEN')
      expect((await home.engine.inspectContainer(Id))?.State.Status).toBe('created')
      expect(await home.containers()).toEqual([])
    } finally {
      await home.engine.removeContainer(Id)
    }
  })
})

describe('a port that somebody took between assignment and start', () => {
  let holder: Server | undefined
  afterEach(() => holder?.close())
  const hold = (port: number) =>
    new Promise<void>((resolve, reject) => {
      holder = createServer().once('error', reject).listen({ port, host: '127.0.0.1' }, resolve)
    })

  test('an automatic one is exchanged, for either service', async () => {
    for (const service of ['iris', 'iris-web'] as const) {
      const project = await home.project(`auto-${service}`)
      const { port } = await home.registry.assignPort(project, { service })
      await hold(port)
      await using started = await (await home.container(`auto-${service}`)).start()
      const assigned = await home.registry.getAssignment(project, { service })
      expect(assigned?.port).not.toBe(port)
      expect([started.getPort(), started.getWebPort()]).toContain(assigned?.port)
      expect((await home.containers()).length).toBe(1)
      holder?.close()
    }
  })

  test('an automatic one is exchanged when a container has it', async () => {
    const project = await home.project('a')
    const { port } = await home.registry.assignPort(project)
    const { Id } = await home.engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      body: {
        Image: STAND_IN_TAG,
        HostConfig: { PortBindings: { '1972/tcp': [{ HostIp: '127.0.0.1', HostPort: String(port) }] } },
      },
    })
    try {
      await home.engine.startContainer(Id)
      await using started = await (await home.container('a')).start()
      expect(started.getPort()).not.toBe(port)
    } finally {
      await home.engine.removeContainer(Id)
    }
  })

  test('a manual one is a conflict, and nothing is left', async () => {
    await home.registry.assignPort(await home.project('failing'), { preferredPort: portAt(7) })
    await hold(portAt(7))
    const error = await rejection<PortConflictError>((await failing()).withPreferredPort(portAt(7)).start())
    expect(error).toBeInstanceOf(PortConflictError)
    expect(error.message).toContain(String(portAt(7)))
    await expectNothingLeft(error)
  })
})

test('neither the engine nor the log shows a password', async () => {
  await using started = await (await home.container('a')).withPassword(SECRET).start()
  const inspection = JSON.stringify(await home.engine.inspectContainer(started.getId()))
  const log = await home.engine.logs(started.getId())
  expect(inspection).not.toContain(SECRET)
  expect(log).not.toContain(SECRET)
  expect(started.getPassword()).toBe(SECRET)
  expect(await started.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
})
