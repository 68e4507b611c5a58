import { inspect } from 'node:util'
import { expect, test } from 'vitest'
import { registryAddress } from './registry-address.ts'
import { locateRegistry } from './registry-location.ts'

const addressOf = (registryPath: string, env: Record<string, string> = {}) => registryAddress({ registryPath, env })

test.each([
  ['postgres://ci:hush@db.example:5433/iris', 'postgres://db.example:5433/iris'],
  ['postgresql://ci:hush@DB.example/iris?sslmode=verify-full', 'postgres://db.example:5432/iris'],
  ['POSTGRES://db.example/iris', 'postgres://db.example:5432/iris'],
  ['  postgres://ci@db.example/iris\n', 'postgres://db.example:5432/iris'],
  ['postgres://ci:p%40s%2Fs%23w%3Fd@db.example/iris', 'postgres://db.example:5432/iris'],
  ['postgres://ci:p@ss@db.example/iris', 'postgres://db.example:5432/iris'],
  ['postgres://ci:50%off@db.example/iris', 'postgres://db.example:5432/iris'],
  ['postgres://ci:hush@[::1]/iris', 'postgres://[::1]:5432/iris'],
  ['postgres://ci:hush@[2001:DB8::1]:5433/iris', 'postgres://[2001:db8::1]:5433/iris'],
  ['postgres://ci:hush@%2Fvar%2Frun%2FPostgres/iris', 'postgres://%2Fvar%2Frun%2FPostgres:5432/iris'],
  ['postgres://ci:hush@/iris?host=/var/run/postgresql&port=5433', 'postgres://%2Fvar%2Frun%2Fpostgresql:5433/iris'],
  ['postgres:///iris?host=db.example&user=ci&password=hush', 'postgres://db.example:5432/iris'],
  ['postgres://db.example/iris?user=ci@tenant', 'postgres://db.example:5432/iris'],
  ['postgres://db.example/My iris', 'postgres://db.example:5432/My%20iris'],
  ['postgres://db.example/My%20iris', 'postgres://db.example:5432/My%20iris'],
  ['postgres:///iris', 'postgres://localhost:5432/iris'],
])('%s is known as %s', (url, id) => {
  expect(addressOf(url)?.id).toBe(id)
})

test('what the address leaves out is named by the variables that the driver reads', () => {
  const env = { PGHOST: 'db.example', PGPORT: '5433', PGDATABASE: 'iris' }
  expect(addressOf('postgres://', env)?.id).toBe('postgres://db.example:5433/iris')
  expect(addressOf('postgres://other:5434/more', env)?.id).toBe('postgres://other:5434/more')
})

test.each([
  ['mysql://ci:hush@db.example/iris', 'begins with mysql://'],
  ['https://ci:hush@db.example/iris', 'begins with https://'],
  ['postgres:/ci:hush@db.example/iris', 'begins with postgres:,'],
  ['"postgres://ci:hush@db.example/iris"', 'begins with postgres://, with a quotation mark'],
  ['postgres://ci:hush#hour@db.example/iris', 'in the password perhaps'],
  ['postgres://ci:hush?hour@db.example/iris', 'in the password perhaps'],
  ['postgres://ci:12?hush@db.example/iris', 'in the password perhaps'],
  ['postgres://ci:hush/hour@db.example/iris', 'in the password perhaps'],
  ['postgres://ci:hush%ff@db.example/iris', 'percent signs'],
  ['postgres://ci:hush@one:5432,two:5432/iris', 'several hosts'],
  ['postgres://ci:hush@one,two/iris', 'several hosts'],
  ['postgres://ci:hush@db.example:port/iris', 'host and port'],
  ['postgres://ci:hush@db.example:99999/iris', 'host and port'],
  ['postgres://ci:hush@db.example', 'no database'],
  ['postgres://ci:hush@db.example/', 'no database'],
  ['postgres://ci:hush@/iris?service=shop', 'service'],
])('%s is refused with its reason, and without its password', (url, reason) => {
  const refusal = () => addressOf(url)
  expect(refusal).toThrow(
    expect.objectContaining({ code: 'REGISTRY_ADDRESS_INVALID', message: expect.stringContaining(reason) }),
  )
  try {
    refusal()
  } catch (error) {
    expect(inspect(error, { depth: 9 }) + JSON.stringify(error)).not.toMatch(/hush|hour/)
  }
})

test.each(['port-registry.json', './a/b.json', '/srv/ports.json', 'C:\\ports.json', 'C://ports.json', '~/p'])(
  '%s is a path',
  (path) => {
    expect(addressOf(path)).toBeUndefined()
  },
)

test('nothing of an address becomes the name of a folder', () => {
  for (const registryPath of ['postgres://ci:hush@db.example/iris', 'mysql://ci:hush@db.example/iris']) {
    expect(locateRegistry({ registryPath, env: { HOME: '/home/ada' } }).folder).not.toContain('hush')
  }
})

test('no name, or an empty one, is no address', () => {
  expect(registryAddress({ env: {} })).toBeUndefined()
  expect(registryAddress({ env: { IRIS_DEVTESTER_REGISTRY: '' } })).toBeUndefined()
})
