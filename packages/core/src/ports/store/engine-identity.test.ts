import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { identifyEngine } from './engine-identity.ts'

/** An engine that answers what is asked of it with what `describe` gives. */
async function engine(describe: () => object) {
  const server = createServer((_, response) => void response.end(JSON.stringify(describe())))
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo
  return { env: { DOCKER_HOST: `tcp://127.0.0.1:${port}` }, [Symbol.dispose]: () => void server.close() }
}

test('an engine is who it says it is', async () => {
  using docker = await engine(() => ({ ID: 'a-b-c', Name: 'tower', DockerRootDir: '/var/lib/docker' }))
  expect(await identifyEngine(docker.env)).toEqual({ id: 'a-b-c', address: docker.env.DOCKER_HOST })
})

test('Podman, which makes up another id for each answer, is where it is', async () => {
  const info = { Name: 'tower', DockerRootDir: '/var/lib/containers/storage', BuildahVersion: '1.28.2' }
  using podman = await engine(() => ({ ...info, ID: crypto.randomUUID() }))
  expect([await identifyEngine(podman.env), await identifyEngine(podman.env)]).toEqual(
    Array(2).fill({ id: 'podman:tower/var/lib/containers/storage', address: podman.env.DOCKER_HOST }),
  )
})

test('the variable goes before what any engine says', async () => {
  using docker = await engine(() => ({ ID: 'a-b-c' }))
  expect(await identifyEngine({ ...docker.env, IRIS_DEVTESTER_ENGINE: 'farm' })).toEqual({ id: 'farm' })
})
