import { describe, expect, test } from 'vitest'
import { connectionInfo, fromEnvironment, inNamespace, namesIris, toEnvironment } from './connection-info.ts'

const PARTS = { host: '127.0.0.1', port: 1973, webPort: 52_774, namespace: 'USER', username: 'test', password: 'test' }

describe('the address', () => {
  test('percent-encodes each part, and gives it back', () => {
    const info = connectionInfo({ ...PARTS, username: 'a@b', password: 'p:/?#% ü', namespace: '%SYS' })
    expect(info.url).toBe('iris://a%40b:p%3A%2F%3F%23%25%20%C3%BC@127.0.0.1:1973/%25SYS')
    expect(fromEnvironment({ IRIS_URL: info.url, IRIS_WEB_PORT: '52774' })).toEqual(info)
  })

  test('puts an IPv6 address into brackets, and takes it out again', () => {
    const info = connectionInfo({ ...PARTS, host: '::1' })
    expect(info.url).toBe('iris://test:test@[::1]:1973/USER')
    expect(fromEnvironment({ IRIS_URL: info.url }).host).toBe('::1')
  })

  test('of another namespace differs in nothing else', () => {
    expect(inNamespace(connectionInfo(PARTS), 'W1')).toEqual(connectionInfo({ ...PARTS, namespace: 'W1' }))
  })
})

describe('the environment', () => {
  test('carries a connection there and back', () => {
    const info = connectionInfo(PARTS)
    expect(fromEnvironment(toEnvironment(info))).toEqual(info)
  })

  test('needs a host and a port, or an address', () => {
    expect(namesIris({})).toBe(false)
    expect(namesIris({ IRIS_HOST: 'db' })).toBe(false)
    expect(namesIris({ IRIS_HOST: 'db', IRIS_PORT: '1972' })).toBe(true)
    expect(namesIris({ IRIS_URL: 'iris://db/USER' })).toBe(true)
    expect(() => fromEnvironment({})).toThrow(/names no IRIS/)
  })

  test('fills in the defaults', () => {
    expect(fromEnvironment({ IRIS_URL: 'iris://db' })).toMatchObject({
      host: 'db',
      port: 1972,
      webPort: 52_773,
      namespace: 'USER',
      username: 'test',
      password: 'test',
    })
  })

  test.each([
    [51_773, 52_773],
    [1973, 0],
  ])('assumes for the superserver port %i the web port %i', (port, webPort) => {
    expect(fromEnvironment({ IRIS_URL: `iris://db:${port}` }).webPort).toBe(webPort)
  })

  test('lets single variables override the address', () => {
    const env = { IRIS_URL: 'iris://u:p@db:1975/APP', IRIS_PORT: '1976', IRIS_NAMESPACE: 'W2', IRIS_WEB_PORT: '0' }
    expect(fromEnvironment(env)).toMatchObject({ host: 'db', port: 1976, namespace: 'W2', username: 'u', webPort: 0 })
  })

  test.each(['http://db:1972/USER', 'iris://', 'iris:db', 'iris://db:70000/USER', 'iris://db:0/USER', 'db:1972'])(
    'refuses the address %s without repeating its password',
    (address) => {
      const withSecret = address.replace('://', '://u:secret@')
      const attempt = () => fromEnvironment({ IRIS_URL: withSecret })
      expect(attempt).toThrow(/not of the form iris:/)
      expect(attempt).not.toThrow(/secret/)
    },
  )

  test.each(['0', '70000', '-1', '19.72', '1972x', ' '])('refuses the port %j', (port) => {
    expect(() => fromEnvironment({ IRIS_HOST: 'db', IRIS_PORT: port })).toThrow(/IRIS_PORT is .* no port number/)
  })
})
