import { afterAll, expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'

const PASSWORD = 'Tr4ce-s3cret'
const REGISTRY_LOGIN = Buffer.from('someone:registry-s3cret').toString('base64')

const home = new RegistryHome()
const line = new CommandLine({
  ...home.env,
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths: { 'registry.invalid': { auth: REGISTRY_LOGIN } } }),
})
const traced = (areas = 'iris-devtester') => ({ env: { NODE_DEBUG: areas } })

afterAll(async () => {
  line[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

test('a trace shows requests, commits, decisions and polls of a cold and a warm run, and no secret', async () => {
  const cold = await line.run(['up', '--password', PASSWORD], traced())
  expect(cold.exitCode, cold.stderr).toBe(0)
  const warm = await line.run(['run', '--password', PASSWORD, '--', 'true'], traced())
  const changed = await line.run(['up', '--username', 'ada', '--password', `${PASSWORD}2`], traced())
  const refused = await line.run(['up', '--replace', '--image', 'registry.invalid/iris:1'], traced())
  expect(refused.stderr).toMatch(/POST \/images\/create\?fromImage=registry\.invalid/)

  expect(cold.stderr).toMatch(/engine POST \/containers\/create\?name=iris_\w+ → 201 in [\d.]+ ms/)
  expect(cold.stderr).toMatch(/ports assign iris auto to /)
  expect(cold.stderr).toMatch(/ports update: acquire\n.*generation \d+ committed in [\d.]+ ms/)
  expect(cold.stderr).toMatch(/lease create: no container; lease [\w-]+, generation \d+/)
  expect(cold.stderr).toMatch(/lease handshake with iris_\w+ on 127\.0\.0\.1:\d+: superserver/)
  expect(warm.stderr).toMatch(/engine GET \/containers\/\w+\/json → 200/)
  expect(warm.stderr).not.toMatch(/containers\/create/)
  expect(changed.stderr).toMatch(/engine POST \/containers\/\w+\/exec → 201/)

  const all = [cold, warm, changed, refused].map(({ stderr }) => stderr).join('') + home.reaperLog()
  const labels = (await home.containers())[0]?.Labels['iris-devtester.settings'] ?? ''
  const fingerprint = /password=([0-9a-f]+)/.exec(labels)?.[1]
  expect(fingerprint).toMatch(/^[0-9a-f]{32}$/)
  for (const secret of [PASSWORD, REGISTRY_LOGIN, 'registry-s3cret', fingerprint as string]) {
    expect(all).not.toContain(secret)
  }
  // Nor the hash that IRIS gets.
  expect(all).not.toMatch(/[0-9a-f]{128}/)
})

test('one area can be traced alone, and nothing is traced by default', async () => {
  const ports = await line.run(['ports', 'assign', '--service', 'node'], traced('iris-devtester:ports'))
  expect(ports.stderr).toMatch(/ ports generation \d+ committed/)
  expect(ports.stderr).not.toMatch(/ engine GET /)
  expect((await line.run(['ports', 'list'])).stderr).toBe('')
})
