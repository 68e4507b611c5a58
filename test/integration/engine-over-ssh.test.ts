import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { LeaseFixture } from '../faults/lease/lease-fixture.ts'
import { NO_SSH_SERVER, SshServer } from '../machine/ssh-server.ts'
import { quickContainer } from '../machine/test-home.ts'

describe.skipIf(NO_SSH_SERVER)('an engine behind ssh', () => {
  let server: SshServer

  beforeAll(async () => {
    server = await SshServer.start()
  })
  afterAll(() => server[Symbol.asyncDispose]())
  afterEach(() => vi.unstubAllEnvs())

  test('serves a whole run: start, namespace, release, and the next run is warm', async () => {
    vi.stubEnv('PATH', server.path)
    vi.stubEnv('DOCKER_HOST', server.address)
    await using world = await LeaseFixture.open()
    expect(world.engine.address).toBe(server.address)
    const projectPath = world.project()
    const environment = { STANDIN_BOOT_MS: '100' }
    const first = await world.acquire({ projectPath, environment })
    expect(first.connection).toMatchObject({ host: '127.0.0.1' })
    expect(first.namespaces).toHaveLength(1)
    await first.release()
    await using second = await world.acquire({ projectPath, environment, keep: 'stop' })
    expect(second.container).toMatchObject({ id: first.container?.id, start: 'warm' })
    const record = (await world.registry.read()).containers[second.container?.id ?? '']
    expect(record?.engine).toBe(server.address)
  })

  test("is found by a Docker context, and under an alias of ssh's own configuration", async () => {
    vi.stubEnv('PATH', server.path)
    const folder = join(server.folder, 'docker')
    const meta = join(folder, 'contexts/meta', createHash('sha256').update('far').digest('hex'))
    mkdirSync(meta, { recursive: true })
    const host = 'ssh://far-machine/var/run/docker.sock'
    writeFileSync(join(meta, 'meta.json'), JSON.stringify({ Name: 'far', Endpoints: { docker: { Host: host } } }))
    const engine = await findEngine({ env: { DOCKER_CONFIG: folder, DOCKER_CONTEXT: 'far' } })
    expect(engine.address).toBe(host)
    const { locateProcess } = await import('../../packages/core/src/container/host-address.ts')
    expect(await locateProcess(engine, {})).toEqual({ remoteHost: '127.0.0.1' })
  })

  test('is refused for IRISContainer, which can not use it', async () => {
    vi.stubEnv('PATH', server.path)
    vi.stubEnv('DOCKER_HOST', server.address)
    await expect(quickContainer().start()).rejects.toMatchObject({
      code: 'ENGINE_MISMATCH',
      hint: expect.stringContaining('ssh -nNT -L'),
    })
  })

  test('uses a connection again, and lets the process end by itself', () => {
    const main = new URL('../../packages/core/src/engine/find-engine.ts', import.meta.url).href
    const script = `
      const { findEngine } = await import(${JSON.stringify(main)})
      const engine = await findEngine()
      for (let index = 0; index < 5; index += 1) await engine.listContainers()
      console.log('listed')`
    const env = { ...process.env, PATH: server.path, DOCKER_HOST: server.address }
    const child = spawnSync(process.execPath, ['--input-type=module', '-e', script], { env, timeout: 60_000 })
    expect(String(child.stdout)).toBe('listed\n')
    expect(child.status).toBe(0)
  })

  test.each([
    [
      'whose key is not accepted',
      () => ({ PATH: server.path, DOCKER_HOST: `ssh://no-such-user@127.0.0.1:${server.port}` }),
      /: ssh-add\nThen try: ssh -p \d+ no-such-user@127\.0\.0\.1 true/,
    ],
    [
      'that nobody knows',
      () => ({ PATH: server.path, DOCKER_HOST: 'ssh://no-such-host.invalid' }),
      /ssh no-such-host\.invalid docker version/,
    ],
    [
      'without Docker',
      () => ({ PATH: server.path, DOCKER_HOST: `${server.address}/nonexistent.sock` }),
      /ssh -p \d+ \S+ docker version/,
    ],
  ])('one %s is refused at once, with a remedy for that machine', async (_name, env, remedy) => {
    vi.stubEnv('PATH', env().PATH ?? '')
    const error = await findEngine({ env: env() }).catch((reason) => reason)
    expect(error).toMatchObject({ code: 'ENGINE_NOT_FOUND', hint: expect.stringMatching(remedy) })
    expect(error.hint).toContain('unset DOCKER_HOST')
    expect(error.hint).not.toContain('systemctl start docker')
  })
})

test.each([
  ['tcp://no-such-host.invalid:2375', 'No host is known as no-such-host.invalid. Check the name in DOCKER_HOST.'],
  [
    'tcp://127.0.0.1:1',
    'Check that the engine runs on 127.0.0.1 and listens there: docker -H tcp://127.0.0.1:1 version',
  ],
])('the remedy for %s is not to start an engine here', async (address, remedy) => {
  const error = await findEngine({ env: { DOCKER_HOST: address } }).catch((reason) => reason)
  expect(error.hint.split('\n').slice(0, 2)).toEqual([
    remedy,
    "Use this machine's own engine instead: unset DOCKER_HOST",
  ])
})
