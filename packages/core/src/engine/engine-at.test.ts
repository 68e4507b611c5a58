import { expect, test } from 'vitest'
import { engineAt } from './engine-at.ts'

test("the engine that the registry names is used, whatever this process's own is", () => {
  const address = 'unix:///run/user/1000/podman/podman.sock'
  expect(engineAt(address, { DOCKER_HOST: 'tcp://10.0.0.9:2375' }).address).toBe(address)
  expect(engineAt(address, { DOCKER_HOST: 'ssh://nowhere' }).address).toBe(address)
})

test('certificates come from the environment when it names the same engine', () => {
  const env = { DOCKER_HOST: 'tcp://10.0.0.9:2376', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: '/certificates' }
  expect(engineAt('tcp://10.0.0.9:2376', env).endpoint).toMatchObject({ tls: { verify: true } })
  expect(engineAt('tcp://10.0.0.8:2376', env).endpoint).not.toHaveProperty('tls')
})
