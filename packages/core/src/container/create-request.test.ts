import { expect, test } from 'vitest'
import { LABELS } from './container-identity.ts'
import { createRequest, hasAfterHook } from './create-request.ts'
import { completeSettings, type IrisSettings } from './iris-settings.ts'

const IDENTITY = {
  projectPath: '/home/ada/project',
  registryId: '/home/ada/.iris-devtester',
  port: 1974,
  webPort: 52_775,
  fingerprints: 'abc',
  owner: 'lease',
} as const

const request = (given: Partial<IrisSettings> = {}) => createRequest(completeSettings(given), IDENTITY)

test('is named after its project and port, and says in labels whose it is', () => {
  const { name, body } = request()
  expect(name).toMatch(/^iris_[0-9a-f]{8}_1974$/)
  expect(body.Labels).toMatchObject({
    [LABELS.project]: '/home/ada/project',
    [LABELS.port]: '1974',
    [LABELS.webPort]: '52775',
    [LABELS.owner]: 'lease',
  })
  expect(body.Labels).not.toHaveProperty(LABELS.process)
})

test('two attempts at one container can be told apart by a label', () => {
  const [one, other] = [request(), request()]
  expect(one.name).toBe(other.name)
  expect(one.body.Labels[LABELS.attempt]).not.toBe(other.body.Labels[LABELS.attempt])
})

test('binds both ports to the address that was asked for', () => {
  expect(request({ bindAddress: '0.0.0.0' }).body.HostConfig.PortBindings).toEqual({
    '1972/tcp': [{ HostIp: '0.0.0.0', HostPort: '1974' }],
    '52773/tcp': [{ HostIp: '0.0.0.0', HostPort: '52775' }],
  })
})

test('copies the merge file in, world-readable, and points IRIS at it', () => {
  const { files, body } = request()
  expect(files).toMatchObject([{ path: '/iris-devtester/merge.cpf', mode: 0o644 }])
  expect(body.Env).toEqual(['ISC_CPF_MERGE_FILE=/iris-devtester/merge.cpf'])
})

test('tells no password', () => {
  expect(JSON.stringify(request({ password: 'very-secret' }))).not.toContain('very-secret')
})

test('passes mounts, memory, environment and command on', () => {
  const { body } = request({
    mounts: ['/a:/b:ro'],
    memoryMb: 512,
    environment: { A: 'x y' },
    command: ['--after', 'x'],
  })
  expect(body.HostConfig).toMatchObject({ Binds: ['/a:/b:ro'], Memory: 536_870_912 })
  expect(body.Env).toContain('A=x y')
  expect(body.Cmd).toEqual(['--after', 'x'])
})

test.each([
  [['-a', 'x'], true],
  [['--after', 'x'], true],
  [['--after=x'], true],
  [['--before', 'x'], false],
  [[], false],
])('a hook after the start: %j', (command, expected) => {
  expect(hasAfterHook(command)).toBe(expected)
})
