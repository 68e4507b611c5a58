import { expect, test } from 'vitest'
import { LeaseWorld } from '../../faults/lease/lease-world.ts'

const nowhere = { DOCKER_HOST: 'tcp://127.0.0.1:1' }

test('a server that the environment names is used as it is, without any engine', async () => {
  await using world = await LeaseWorld.open()
  const environment = { STANDIN_BOOT_MS: '100' }
  const server = await world.acquire({ projectPath: world.project(), environment, isolation: 'shared', keep: 'stop' })
  const { url, webPort, port } = server.connection
  const run = world.begin(
    { projectPath: world.project(), workers: 2 },
    { ...nowhere, IRIS_URL: url, IRIS_WEB_PORT: String(webPort) },
  )
  const acquired = await run.report('acquired')
  expect(acquired).toMatchObject({ containerId: '', port })
  const namespaces = async () => (await server.connection.serverInfo()).namespaces
  expect(await namespaces()).toEqual(expect.arrayContaining([...acquired.namespaces]))
  run.release()
  await run.report('released')
  expect((await namespaces()).filter((name) => name.startsWith('IDT'))).toEqual([])
  await server.release()
})

test('a server that the environment names and that does not answer is told as such', async () => {
  await using world = await LeaseWorld.open()
  const run = world.begin(
    { projectPath: world.project() },
    { ...nowhere, IRIS_URL: 'iris://test:test@127.0.0.1:9/USER' },
  )
  await expect(run.report('acquired')).rejects.toThrow(/EXTERNAL_IRIS_UNREACHABLE .*IRIS_URL.* 127\.0\.0\.1:9/s)
})
