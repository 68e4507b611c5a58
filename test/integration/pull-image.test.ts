import { chmod, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import type { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { ensureImage, type PullProgress } from '../../packages/core/src/container/pull-image.ts'
import { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { EngineProxy } from '../machine/engine-proxy.ts'
import { ImageRegistry, type ImageRegistryOptions } from '../machine/image-registry.ts'
import { rejection } from '../machine/test-home.ts'

let engine: EngineClient
let docker: string
let registry: ImageRegistry | undefined
beforeEach(async () => {
  engine = await findEngine()
  docker = await mkdtemp(join(tmpdir(), 'pull-'))
  vi.stubEnv('DOCKER_CONFIG', docker)
})
afterEach(async () => {
  vi.unstubAllEnvs()
  if (registry && (await engine.inspectImage(registry.image))) {
    await engine.text(`/images/${registry.image}`, { method: 'DELETE', query: { force: true } })
  }
  await registry?.[Symbol.asyncDispose]()
  await rm(docker, { recursive: true })
})

async function serve(options?: ImageRegistryOptions): Promise<string> {
  registry = await ImageRegistry.start(options)
  return registry.image
}

test('an image that is not there is pulled, with its progress in bytes; one that is, is not', async () => {
  const image = await serve()
  const seen: PullProgress[] = []
  await ensureImage(engine, image, { onProgress: (progress) => seen.push(progress) })
  expect((await engine.inspectImage(image))?.RepoTags).toEqual([`${image}:latest`])
  expect(seen.at(-1)?.totalBytes).toBe(registry?.layerBytes)
  expect(seen.every(({ receivedBytes, totalBytes }) => receivedBytes <= totalBytes)).toBe(true)
  await registry?.[Symbol.asyncDispose]()
  await ensureImage(engine, image)
})

test.each(['ada:s', 'ada:se', 'ada:sec', 'ada:>>>???~~~'])('a login that a helper keeps is used: %s', async (login) => {
  const image = await serve({ login })
  const [Username, Secret] = login.split(':')
  const helper = join(docker, 'docker-credential-test')
  await writeFile(helper, `#!/bin/sh\ncat <<'EOF'\n${JSON.stringify({ Username, Secret })}\nEOF\n`)
  await chmod(helper, 0o755)
  await writeFile(join(docker, 'config.json'), JSON.stringify({ credHelpers: { [registry?.host ?? '']: 'test' } }))
  vi.stubEnv('PATH', `${docker}:${process.env.PATH}`)
  await ensureImage(engine, image)
  expect(await engine.inspectImage(image)).toBeDefined()
})

test('an engine that goes away while it pulls is named', async () => {
  const image = await serve()
  await using gate = await EngineProxy.start({ engine: engine.endpoint, when: /images\/create/, reaction: 'leave' })
  const path = gate.address.replace('unix://', '')
  const client = new EngineClient({ kind: 'socket', path, source: 'test' })
  await expect(ensureImage(client, image)).rejects.toMatchObject({ code: 'ENGINE_UNREACHABLE' })
})

test('a pull without the login is refused, and says how to log in', async () => {
  const image = await serve({ login: 'ada:secret' })
  const error = await rejection<IrisContainerError>(ensureImage(engine, image))
  expect(error.code).toBe('IMAGE_UNAVAILABLE')
  expect(error.message).toMatch(/docker login 127\.0\.0\.1:\d+/)
})

test('an image that is listed for other machines only is named as such', async () => {
  const image = await serve({ architecture: 's390x' })
  const error = await rejection<IrisContainerError>(ensureImage(engine, image))
  expect(error.code).toBe('IMAGE_WRONG_ARCHITECTURE')
  expect(error.message).toContain('no matching manifest')
})

test('a tag that is not there is named', async () => {
  const image = `${await serve()}:2099.1`
  const error = await rejection<IrisContainerError>(ensureImage(engine, image))
  expect(error.code).toBe('IMAGE_UNAVAILABLE')
  expect(error.message).toMatch(/2099\.1[\s\S]*manifest unknown/)
})

test('a pull that is turned off only looks', async () => {
  const image = await serve()
  const error = await rejection<IrisContainerError>(ensureImage(engine, image, { pull: false }))
  expect(error.message).toContain('pulling is turned off')
})

test('an aborted pull ends at once', async () => {
  const image = await serve()
  const over = new AbortController()
  over.abort(new Error('enough'))
  expect((await rejection(ensureImage(engine, image, { signal: over.signal }))).message).toBe('enough')
})
