import { expect, test } from 'vitest'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { LeaseFixture } from './lease-fixture.ts'

const environment = { STANDIN_BOOT_MS: '100' }

test('a warm container whose engine does not answer any more is reported as such, and no lease is left', async () => {
  await using fixture = await LeaseFixture.open()
  await using proxy = await EngineProxy.start({ engine: fixture.engine.endpoint })
  const projectPath = fixture.project()
  const env = { DOCKER_HOST: proxy.address, IRIS_DEVTESTER_REAPER: '0' }
  const first = fixture.begin({ projectPath, environment, keep: 'warm' }, env)
  await first.report('acquired')
  first.release()
  await first.report('released')
  proxy.hang()
  const second = fixture.begin({ projectPath, environment, keep: 'warm' }, env)
  await expect(second.report('acquired')).rejects.toThrow(/ENGINE_NOT_FOUND/)
  await proxy.comeBack()
  const third = fixture.begin({ projectPath, environment, keep: 'stop' }, env)
  expect((await third.report('acquired')).start).toBe('warm')
  third.release()
  await third.report('released')
  expect(await fixture.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})
