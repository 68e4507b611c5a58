import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { createContainer } from '../../packages/core/src/container/create-container.ts'
import { createRequest } from '../../packages/core/src/container/create-request.ts'
import { completeSettings } from '../../packages/core/src/container/iris-settings.ts'
import { fingerprint, formatFingerprints } from '../../packages/core/src/container/settings-fingerprints.ts'
import { waitUntilReady } from '../../packages/core/src/container/wait-until-ready.ts'
import { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import type { EngineError } from '../../packages/core/src/engine/engine-error.ts'
import { ContainerProcess } from '../machine/container-process.ts'
import { EngineProxy, type EngineProxyOptions } from '../machine/engine-proxy.ts'
import { portAt, WEB_RANGE } from '../machine/port-ranges.ts'
import { IMAGE, rejection, TestHome } from '../machine/test-home.ts'

let home: TestHome
beforeEach(async () => {
  home = await TestHome.create()
})
afterEach(() => home[Symbol.asyncDispose]())

function proxy(fault: Pick<EngineProxyOptions, 'when' | 'reaction'> = {}): Promise<EngineProxy> {
  return EngineProxy.start({ at: join(home.path, 'engine.sock'), engine: home.engine.endpoint, ...fault })
}

/** An IRISContainer in a process that sees the engine through the proxy. */
async function startThrough(startupTimeoutMs: number): Promise<ContainerProcess> {
  return new ContainerProcess(
    { image: IMAGE, projectPath: await home.project('p'), startupTimeoutMs, afterwards: 'stop' },
    { DOCKER_HOST: `unix://${join(home.path, 'engine.sock')}`, IRIS_DEVTESTER_HOME: home.path },
  )
}

describe('an engine that hangs is distinguished from an IRIS that is slow', () => {
  for (const [when, pattern] of [
    ['before the container is created', /POST \/containers\/create/],
    ['before it is started', /POST \/containers\/\w+\/start/],
    ['while IRIS starts', /GET \/containers\/\w+\/logs\?[^ ]*follow/],
  ] as const) {
    test(when, async () => {
      await using _ = await proxy({ when: pattern, reaction: 'hang' })
      await using run = await startThrough(4_000)
      const failed = await run.report('failed')
      expect(failed).toMatchObject({ name: 'EngineError', code: 'ENGINE_TIMEOUT' })
      expect(failed.message).toContain('did not answer')
      // The deadline, and a little patience each for asking what is up and for cleaning up.
      expect(failed.milliseconds / 1_000).toBeLessThan(12)
      expect((await home.leftovers()).assignments).toEqual([])
    })
  }
})

describe('an engine that goes away is named', () => {
  for (const [when, pattern] of [
    ['while the container is created', /POST \/containers\/create/],
    ['while IRIS starts', /GET \/containers\/\w+\/logs\?[^ ]*follow/],
  ] as const) {
    test(when, async () => {
      await using _ = await proxy({ when: pattern, reaction: 'leave' })
      await using run = await startThrough(60_000)
      const failed = await run.report('failed')
      expect(failed).toMatchObject({ name: 'EngineError', code: 'ENGINE_UNREACHABLE' })
      expect((await home.leftovers()).assignments).toEqual([])
      expect(failed.milliseconds).toBeLessThan(60_000)
    })
  }

  test('before anything was begun', async () => {
    await using run = await startThrough(60_000)
    const failed = await run.report('failed')
    expect(failed).toMatchObject({ name: 'EngineError', code: 'ENGINE_NOT_FOUND' })
    expect(failed.message).toContain(join(home.path, 'engine.sock'))
    expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
  })
})

test('a container whose engine hung at its end is removed by the next start', async () => {
  await using _ = await proxy({ when: /GET \/containers\/\w+\/logs\?[^ ]*follow/, reaction: 'hang' })
  {
    await using run = await startThrough(4_000)
    expect(await run.report('failed')).toMatchObject({ code: 'ENGINE_TIMEOUT' })
  }
  expect((await home.containers()).length).toBe(1)
  await using next = await (await home.container('p')).start()
  expect((await home.containers()).map(({ Id }) => Id)).toEqual([next.getId()])
})

test('a container that is removed during its start is reported as gone', async () => {
  const { id, ready } = await starting({ STANDIN_BOOT_MS: '60000' })
  const outcome = rejection<IrisContainerError>(ready)
  await sleep(300)
  await home.engine.removeContainer(id)
  const error = await outcome
  expect(error.code).toBe('CONTAINER_GONE')
  expect(error.message).toContain('docker events')
})

test('a container that is restarted during its start is reported as killed', async () => {
  const starting = (await home.container('p', { STANDIN_BOOT_MS: '60000' })).start()
  const outcome = rejection<IrisContainerError>(starting)
  await expect.poll(async () => (await home.containers())[0]?.State, { timeout: 30_000 }).toBe('running')
  const [container] = await home.containers()
  await home.engine.restartContainer(container?.Id ?? '', 0)
  expect((await outcome).message).toMatch(/IRIS did not start .*It was killed \(SIGKILL\)/)
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
})

test('a container is gone for all who remove it at once, as soon as their removal returns', async () => {
  for (let round = 0; round < 3; round++) {
    const { id, ready } = await starting({ STANDIN_BOOT_MS: '60000' })
    const outcome = rejection<IrisContainerError>(ready)
    const removals = Array.from({ length: 4 }, async () => {
      await home.engine.removeContainer(id)
      return home.engine.inspectContainer(id)
    })
    expect(await Promise.all(removals)).toEqual(removals.map(() => undefined))
    expect((await outcome).code).toBe('CONTAINER_GONE')
  }
})

test('an aborted wait ends at once, and removes nothing', async () => {
  const over = new AbortController()
  const { id, ready } = await starting({ STANDIN_BOOT_MS: '60000' }, over.signal)
  const outcome = rejection<Error>(ready)
  await sleep(300)
  const reason = new Error('enough')
  over.abort(reason)
  expect(await outcome).toBe(reason)
  expect((await home.engine.inspectContainer(id))?.State.Running).toBe(true)
})

test('a log that breaks off is an engine that went away', async () => {
  await using gate = await proxy()
  const client = new EngineClient({ kind: 'socket', path: join(home.path, 'engine.sock'), source: 'test' })
  const { ready } = await starting({ STANDIN_BOOT_MS: '60000' }, undefined, client)
  const outcome = rejection<EngineError>(ready)
  await sleep(300)
  gate.leave()
  const error = await outcome
  expect(error).toMatchObject({ name: 'EngineError', code: 'ENGINE_UNREACHABLE' })
})

/** A container that boots, and the wait for it. */
async function starting(environment: Record<string, string>, signal?: AbortSignal, engine = home.engine) {
  const settings = completeSettings({ image: IMAGE, environment })
  const ports = { port: portAt(9), webPort: WEB_RANGE[1] }
  const request = createRequest(settings, {
    projectPath: home.path,
    registryId: home.registry.registryId,
    ...ports,
    fingerprints: formatFingerprints(fingerprint(settings)),
    owner: 'container',
  })
  const id = await createContainer(engine, request)
  const { image, namespace, username, password } = settings
  const ready = waitUntilReady({
    engine,
    id,
    name: request.name,
    image,
    connection: { host: '127.0.0.1', ...ports, namespace, username, password },
    since: 0,
    timeoutMs: 60_000,
    afterHook: false,
    signal,
  })
  return { id, ready }
}
