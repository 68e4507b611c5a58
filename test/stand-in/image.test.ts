import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { buildStandIn } from './build.ts'
import { BareContainer } from './testing/bare-container.ts'
import { UNLOCK } from './testing/stand-in-process.ts'
import { WebClient } from './testing/web-client.ts'
import { connectAs } from './testing/wire-client.ts'

const image = 'iris-devtester/stand-in:test'
const merge = { text: UNLOCK, mode: 0o644 }
let engine: EngineClient
beforeAll(async () => {
  engine = await findEngine()
  await buildStandIn({ tag: image })
})
afterAll(async () => {
  await (await engine.open(`/images/${image}`, { method: 'DELETE' })).toArray()
})

test('is not built again while nothing changes', async () => {
  expect(await buildStandIn({ tag: image })).toMatchObject({ tag: image, reused: true })
})

describe('a container', () => {
  let iris: BareContainer
  beforeAll(async () => {
    iris = await BareContainer.start(engine, { image, merge })
    await iris.waitFor('...started')
  })
  afterAll(() => iris[Symbol.asyncDispose]())

  test('lets drivers in on 1972 and answers queries on 52773, through the mapped ports', async () => {
    const superserver = await iris.port(1972)
    const granted = await connectAs(superserver, '_SYSTEM', 'SYS')
    granted.client.close()
    expect(granted.status).toBe(0)
    expect((await connectAs(superserver, '_SYSTEM', 'wrong')).status).toBe(417)
    const rows = await new WebClient(await iris.port(52773)).rows('SELECT $ZVERSION AS Version')
    expect(rows).toEqual([{ Version: expect.stringContaining('IRIS') }])
  })

  test('runs the iris command by exec, with input and environment', async () => {
    const script = 'Write !,"@@",$system.Util.GetEnviron("ARG"),!\nHalt\n'
    const outcome = await iris.exec(['iris', 'session', 'IRIS', '-U', 'USER'], { stdin: script, env: ['ARG=a b'] })
    expect(outcome).toMatchObject({ exitCode: 0, stdout: expect.stringMatching(/^@@a b$/m) })
    expect(await iris.exec(['iris', 'qlist', 'IRIS'])).toMatchObject({
      exitCode: 0,
      stdout: expect.stringContaining('^running'),
    })
  })

  test('runs as irisowner', async () => {
    const { stdout } = await iris.exec(['/bin/node', '-p', 'process.getuid() + ":" + process.getgid()'])
    expect(stdout.trim()).toBe('51773:51773')
  })

  test('stops when asked, keeps its data, and logs its second start after the first', async () => {
    const before = new WebClient(await iris.port(52773))
    await before.rows('CREATE DATABASE Kept')
    await before.rows('CREATE TABLE T (A INTEGER)', [], { namespace: 'KEPT' })
    await engine.stopContainer(iris.id, 30)
    expect(await iris.end()).toMatchObject({ exitCode: 0, log: expect.stringContaining('...stopped') })
    await engine.startContainer(iris.id)
    await iris.waitFor('...started', 2)
    const after = new WebClient(await iris.port(52773))
    expect(await after.rows('SELECT COUNT(*) AS n FROM T', [], { namespace: 'KEPT' })).toEqual([{ n: 0 }])
  })
})

test('a merge file that irisowner may not read ends the start', async () => {
  await using iris = await BareContainer.start(engine, { image, merge: { ...merge, mode: 0o600 } })
  const { exitCode, log } = await iris.end()
  expect(exitCode).toBe(1)
  expect(log).toContain('Unable to open merge file /tmp/merge.cpf: permission denied')
})

test('a hook runs though there is no shell, and a failing one stops the container', async () => {
  const command = ['-a', `iris session IRIS -U %SYS '##class(Security.Users).Exists("x")' && false`]
  await using iris = await BareContainer.start(engine, { image, command })
  const { exitCode, log } = await iris.end()
  expect(exitCode).toBe(1)
  expect(log).toMatch(/Executing command iris session .*\.\.\.\n(.*\n)*\[ERROR\] Command .* exited with status 1/)
})

test.each([
  [{ STANDIN_LICENSE_EXPIRED: 1 }, 1, 'Community License expired.'],
  [{ STANDIN_EXIT_CODE: 3 }, 3, 'Starting'],
  [{ STANDIN_CRASH_AFTER_MS: 50 }, 1, '...started'],
])('%o ends the container', async (env, code, text) => {
  await using iris = await BareContainer.start(engine, { image, env })
  const { exitCode, log } = await iris.end()
  expect(exitCode).toBe(code)
  expect(log).toContain(text)
})

test('out of memory, with a limit, it is the kernel that kills', async () => {
  const memory = 128 * 1024 ** 2
  await using iris = await BareContainer.start(engine, { image, env: { STANDIN_OUT_OF_MEMORY: 1 }, memory })
  expect(await iris.end()).toMatchObject({ exitCode: 137, oomKilled: true })
})
