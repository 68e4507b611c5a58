import { existsSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { inspect } from 'node:util'
import type { PortRegistryError } from '@iris-devtester/core/ports'
import { afterAll, afterEach, beforeAll, describe, expect, test, vi } from 'vitest'
import { hasPostgres, PostgresServer } from '../../machine/postgres-server.ts'
import { newTestFolder } from '../../machine/test-folder.ts'
import { openFleet } from './fleet-registry.ts'
import { authorityOf, startTlsServer } from './tls-server.ts'

/** Assigns a port over the address, and forgets it again. */
async function use(url: string): Promise<string> {
  const registry = openFleet(url)
  try {
    const { status } = await registry.assignPort('/tmp/a', { service: 'node' })
    await registry.releasePort('/tmp/a', { service: 'node' })
    return status
  } finally {
    await registry.close()
  }
}

async function refusal(url: string): Promise<PortRegistryError> {
  const error = await Promise.resolve()
    .then(() => use(url))
    .then(
      () => undefined,
      (reason: PortRegistryError) => reason,
    )
  if (!error) throw new Error('It was expected to fail.')
  // Whatever is printed of it.
  expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toMatch(/secret|hush/)
  return error
}

const ODD = 'p@s/s#w?o%rd:hush &é'

describe.runIf(hasPostgres)('the address of a registry on a server', () => {
  let server: PostgresServer
  beforeAll(async () => {
    server = await PostgresServer.start({ listen_addresses: '127.0.0.1,::1' })
    server.sql(`create role odd login superuser password '${ODD}'`)
    server.sql('create database "My registry"')
  })
  afterEach(() => {
    vi.unstubAllEnvs()
  })
  afterAll(() => server[Symbol.asyncDispose]())

  const here = () => `127.0.0.1:${server.port}/${server.database}`

  test.each<[string, () => string]>([
    ['begins with postgresql://', () => `postgresql://owner:secret@${here()}`],
    ['has a password of other characters, encoded', () => `postgres://odd:${encodeURIComponent(ODD)}@${here()}`],
    ['names IPv6', () => server.url().replace('127.0.0.1', '[::1]')],
    [
      'names the folder of a socket as an option',
      () => `postgres://owner:secret@/${server.database}?host=${server.folder}&port=${server.port}`,
    ],
    [
      'names the folder of a socket as its host',
      () => server.url().replace('127.0.0.1', encodeURIComponent(server.folder)),
    ],
    ['names a database with a blank', () => server.url().replace(server.database, 'My registry')],
    ['sets options of the session', () => server.url('owner', '?options=-c%20statement_timeout%3D7000')],
    ['asks for no TLS', () => server.url('owner', '?sslmode=disable')],
    ['has a time-out that is no number', () => server.url('owner', '?connect_timeout=abc')],
  ])('%s: it is used', async (_, url) => {
    expect(await use(url())).toBe('active')
  })

  test('the password may come from PGPASSWORD, or from the file that PGPASSFILE names; without one, the error says so', async () => {
    const url = `postgres://owner@${here()}`
    vi.stubEnv('HOME', newTestFolder())
    expect(await refusal(url)).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('PGPASSWORD'),
    })
    vi.stubEnv('PGPASSWORD', 'secret')
    expect(await use(url)).toBe('active')
    vi.stubEnv('PGPASSWORD', undefined)
    const file = join(newTestFolder(), 'pgpass')
    writeFileSync(file, `127.0.0.1:${server.port}:*:owner:secret\n`, { mode: 0o600 })
    vi.stubEnv('PGPASSFILE', file)
    expect(await use(url)).toBe('active')
  })

  test.each<[string, () => string, string]>([
    ['several hosts', () => server.url().replace('127.0.0.1:', '127.0.0.1:1,127.0.0.1:'), 'several hosts'],
    ['no database', () => `postgres://owner:secret@127.0.0.1:${server.port}`, 'no database'],
    ['a password that is not encoded', () => `postgres://owner:hush#hush@${here()}`, 'in the password perhaps'],
    ['an unknown sslmode', () => server.url('owner', '?sslmode=verify_full'), 'verify_full'],
    ['an sslmode that leaves TLS to the server', () => server.url('owner', '?sslmode=prefer'), 'prefer'],
    ['no authority to verify', () => server.url('owner', '?sslmode=verify-ca'), 'names no sslrootcert'],
    [
      'a certificate that is not there',
      () => server.url('owner', '?sslmode=verify-full&sslrootcert=/nowhere/ca.pem'),
      '/nowhere/ca.pem',
    ],
  ])('%s: refused at once, with the reason', async (_, url, reason) => {
    expect(await refusal(url())).toMatchObject({
      code: 'REGISTRY_ADDRESS_INVALID',
      message: expect.stringContaining(reason),
    })
  })

  test('of another kind of database: refused, and no folder of that name is made', async () => {
    for (const url of [`mysql://owner:secret@${here()}`, `postgres:/owner:secret@${here()}`]) {
      expect(await refusal(url)).toMatchObject({ code: 'REGISTRY_ADDRESS_INVALID' })
      expect(existsSync(url.split('/')[0] ?? '')).toBe(false)
    }
  })

  test('a host that nobody knows is a server that is away', async () => {
    expect(await refusal('postgres://owner:secret@no-such-host.invalid/iris?connect_timeout=1')).toMatchObject({
      code: 'REGISTRY_UNREACHABLE',
    })
  })

  test('two databases of one server are two registries', async () => {
    const registries = [server.url(), server.url().replace(server.database, 'My registry')].map((url) => openFleet(url))
    const ports = await Promise.all(registries.map((one) => one.assignPort('/tmp/two', { service: 'node' })))
    expect(ports[0]?.port).toBe(ports[1]?.port)
    expect(new Set(registries.map(({ registryId }) => registryId)).size).toBe(2)
    for (const registry of registries) {
      expect(await registry.listAll()).toHaveLength(1)
      await registry.close()
    }
  })
})

describe.runIf(hasPostgres)('a registry on a server with TLS', () => {
  test('is used when the certificate is as the sslmode asks, and refused when it is not', async () => {
    await using server = await startTlsServer()
    const at = (host: string, query: string) => server.url('owner', query).replace('127.0.0.1', host)
    const authority = `&sslrootcert=${authorityOf(server)}`
    // As for PostgreSQL's own programs: `require` alone verifies nothing, and `verify-ca` not the name.
    for (const url of [
      at('localhost', `?sslmode=verify-full${authority}`),
      at('127.0.0.1', `?sslmode=verify-ca${authority}`),
      at('127.0.0.1', '?sslmode=require'),
    ]) {
      expect(await use(url), url).toBe('active')
    }
    for (const url of [
      at('127.0.0.1', `?sslmode=verify-full${authority}`),
      at('localhost', '?sslmode=verify-full'),
      at('localhost', '?sslmode=verify-full&sslrootcert=system'),
    ]) {
      expect(await refusal(url), url).toMatchObject({
        code: 'REGISTRY_REFUSED',
        hint: expect.stringContaining('sslrootcert'),
      })
    }
  })

  test('that a server without TLS is asked for: the error says what to do', async () => {
    await using server = await PostgresServer.start()
    expect(await refusal(server.url('owner', '?sslmode=require'))).toMatchObject({
      code: 'REGISTRY_REFUSED',
      hint: expect.stringContaining('sslmode'),
    })
  })
})
