import { expect, test } from 'vitest'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { LeaseWorld } from './lease-world.ts'

const environment = { STANDIN_BOOT_MS: '100' }

test('a warm container whose engine does not answer any more is reported as such, and no lease is left', async () => {
  await using world = await LeaseWorld.open()
  await using proxy = await EngineProxy.start({ engine: world.engine.endpoint })
  const projectPath = world.project()
  const env = { DOCKER_HOST: proxy.address, IRIS_DEVTESTER_REAPER: '0' }
  const first = world.begin({ projectPath, environment, keep: 'warm' }, env)
  await first.report('acquired')
  first.release()
  await first.report('released')
  proxy.hang()
  const second = world.begin({ projectPath, environment, keep: 'warm' }, env)
  await expect(second.report('acquired')).rejects.toThrow(/ENGINE_NOT_FOUND/)
  await proxy.comeBack()
  const third = world.begin({ projectPath, environment, keep: 'stop' }, env)
  expect((await third.report('acquired')).start).toBe('warm')
  third.release()
  await third.report('released')
  expect(await world.holdings()).toEqual({ containers: 0, leases: 0, ports: 0 })
})
