import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { credentialsFor, registryOf } from './registry-credentials.ts'

const HUB = 'https://index.docker.io/v1/'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'credentials-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function configure(config: object): Record<string, string> {
  writeFileSync(join(folder, 'config.json'), JSON.stringify(config))
  return { DOCKER_CONFIG: folder, PATH: `${folder}:${process.env.PATH}` }
}

/** A credential helper that notes what it is asked, and answers with `answer`. */
function helper(name: string, answer: string): void {
  const path = join(folder, `docker-credential-${name}`)
  writeFileSync(path, `#!/bin/sh\necho "$1 $(cat)" >> ${join(folder, 'asked')}\ncat <<'EOF'\n${answer}\nEOF\n`)
  chmodSync(path, 0o755)
}

function auth(user: string, password: string): { auth: string } {
  return { auth: Buffer.from(`${user}:${password}`).toString('base64') }
}

test.each([
  ['intersystems/iris-community:latest-em', HUB],
  ['iris', HUB],
  ['containers.intersystems.com/intersystems/iris:2025.1', 'containers.intersystems.com'],
  ['localhost/iris', 'localhost'],
  ['127.0.0.1:5000/iris', '127.0.0.1:5000'],
])('the registry of %s is %s', (image, registry) => {
  expect(registryOf(image)).toBe(registry)
})

describe('plain entries', () => {
  test('of the registry, password with colons and all', async () => {
    const env = configure({ auths: { 'r.example.com': auth('ada', 'p:w:d') } })
    expect(await credentialsFor('r.example.com/iris', env)).toEqual({
      username: 'ada',
      password: 'p:w:d',
      serveraddress: 'r.example.com',
    })
    expect(await credentialsFor('other.example.com/iris', env)).toBeUndefined()
  })

  test('under an address with a scheme, and for Docker Hub', async () => {
    const env = configure({ auths: { 'https://r.example.com': auth('a', 'b'), [HUB]: auth('hub', 'c') } })
    expect(await credentialsFor('r.example.com/iris', env)).toMatchObject({ username: 'a' })
    expect(await credentialsFor('intersystems/iris', env)).toMatchObject({ username: 'hub', serveraddress: HUB })
  })

  test('with an identity token', async () => {
    const env = configure({ auths: { 'r.example.com': { identitytoken: 'tok', auth: '' } } })
    expect(await credentialsFor('r.example.com/iris', env)).toEqual({
      identitytoken: 'tok',
      serveraddress: 'r.example.com',
    })
  })

  test('of the environment come before the file', async () => {
    const env = configure({ auths: { 'r.example.com': auth('file', 'x') } })
    const DOCKER_AUTH_CONFIG = JSON.stringify({ auths: { 'r.example.com': auth('env', 'y') } })
    expect(await credentialsFor('r.example.com/iris', { ...env, DOCKER_AUTH_CONFIG })).toMatchObject({
      username: 'env',
    })
  })

  test('that are empty or damaged are none', async () => {
    const env = configure({ auths: { 'r.example.com': {} } })
    expect(await credentialsFor('r.example.com/iris', env)).toBeUndefined()
    writeFileSync(join(folder, 'config.json'), '{')
    expect(await credentialsFor('r.example.com/iris', env)).toBeUndefined()
    expect(await credentialsFor('r.example.com/iris', { DOCKER_CONFIG: join(folder, 'none') })).toBeUndefined()
  })
})

describe('credential helpers', () => {
  test('the one of the registry is asked for it', async () => {
    helper('mine', '{"ServerURL":"r.example.com","Username":"ada","Secret":"s"}')
    helper('store', '{"Username":"wrong","Secret":"s"}')
    const env = configure({ credHelpers: { 'r.example.com': 'mine' }, credsStore: 'store' })
    expect(await credentialsFor('r.example.com/iris', env)).toEqual({
      username: 'ada',
      password: 's',
      serveraddress: 'r.example.com',
    })
    expect(readFileSync(join(folder, 'asked'), 'utf8')).toBe('get r.example.com\n')
  })

  test('the store is asked for every other, and may give a token', async () => {
    helper('store', '{"Username":"<token>","Secret":"tok"}')
    const env = configure({ credsStore: 'store' })
    expect(await credentialsFor('intersystems/iris', env)).toEqual({ identitytoken: 'tok', serveraddress: HUB })
  })

  test.each([
    ['is not installed', undefined],
    ['knows nothing', 'credentials not found in native keychain'],
    ['answers with nothing of use', '{"Username":"","Secret":""}'],
  ])('one that %s is passed over for the plain entry', async (_, answer) => {
    if (answer !== undefined) helper('store', answer)
    const env = configure({ credsStore: 'store', auths: { 'r.example.com': auth('plain', 'p') } })
    expect(await credentialsFor('r.example.com/iris', env)).toMatchObject({ username: 'plain' })
  })
})
