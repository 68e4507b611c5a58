import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { LeaseFixture } from './lease-fixture.ts'

const FAST = { STANDIN_BOOT_MS: '100' }

test('an engine that hangs before the run is reported within a few seconds, and nothing is left', async () => {
  await using fixture = await LeaseFixture.open()
  await using proxy = await EngineProxy.start({ engine: fixture.engine.endpoint })
  proxy.hang()
  const run = fixture.begin({ projectPath: fixture.project(), environment: FAST }, { DOCKER_HOST: proxy.address })
  await expect(run.report('acquired')).rejects.toThrow(/ENGINE_(NOT_FOUND|TIMEOUT)/)
  expect(await fixture.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})

test('an engine that hangs while IRIS boots is reported within the deadline, and the next run cleans up', async () => {
  await using fixture = await LeaseFixture.open()
  await using proxy = await EngineProxy.start({ engine: fixture.engine.endpoint })
  const projectPath = fixture.project()
  const slow = { STANDIN_BOOT_MS: '60000' }
  const run = fixture.begin(
    { projectPath, environment: slow, startupTimeoutMs: 2_500 },
    { DOCKER_HOST: proxy.address, IRIS_DEVTESTER_REAPER: '0' },
  )
  const outcome = run.report('acquired').catch((error: Error) => error)
  await fixture.settle({ containers: 1 })
  await sleep(500)
  proxy.hang()
  expect(String(await outcome)).toMatch(/the run failed: (ENGINE_|IRIS_START)/)
  await run.ended()
  expect((await fixture.containers()).length).toBe(1)
  await proxy.comeBack()

  const next = fixture.begin({ projectPath, environment: FAST, keep: 'stop' }, { DOCKER_HOST: proxy.address })
  expect((await next.report('acquired')).start).toBe('cold')
  next.release()
  await next.report('released')
  const none = { containers: 0, leases: 0, ports: 0 }
  expect(await fixture.settle(none)).toEqual(none)
})

test('a release while the engine is gone ends soon, and the reaper does the rest once it is back', async () => {
  await using fixture = await LeaseFixture.open()
  await using proxy = await EngineProxy.start({ engine: fixture.engine.endpoint })
  const projectPath = fixture.project()
  const run = fixture.begin({ projectPath, environment: FAST, keep: 'stop' }, { DOCKER_HOST: proxy.address })
  await run.report('acquired')
  await proxy.leave()
  run.release()
  await run.report('released')
  await run.ended()
  expect(await fixture.holdings()).toEqual({ containers: 1, leases: 0, ports: 2 })
  await proxy.comeBack()
  const none = { containers: 0, leases: 0, ports: 0 }
  expect(await fixture.settle(none)).toEqual(none)
})
