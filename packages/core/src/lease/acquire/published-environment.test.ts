import { expect, test } from 'vitest'
import { connectionInfo } from '../../connection/connection-info.ts'
import { namesExternalIris } from './external-iris.ts'
import { isOwnUrl, publishEnvironment } from './published-environment.ts'

const info = connectionInfo({
  host: '127.0.0.1',
  port: 1973,
  webPort: 52_774,
  namespace: 'IDT01234567W1',
  username: 'test',
  password: 'test',
})

test('sets the variables and puts them back as they were', () => {
  const env: NodeJS.ProcessEnv = { IRIS_NAMESPACE: 'MINE', OTHER: 'x' }
  const restore = publishEnvironment(info, {}, env)
  expect(env).toMatchObject({ IRIS_URL: info.url, IRIS_PORT: '1973', IRIS_NAMESPACE: 'IDT01234567W1', OTHER: 'x' })
  restore()
  expect(env).toEqual({ IRIS_NAMESPACE: 'MINE', OTHER: 'x' })
})

test('leaves alone what another process has changed meanwhile', () => {
  const env: NodeJS.ProcessEnv = {}
  const restore = publishEnvironment(info, {}, env)
  env.IRIS_NAMESPACE = 'THEIRS'
  restore()
  expect(env).toEqual({ IRIS_NAMESPACE: 'THEIRS' })
})

test("what was published by this process is no server of the user's", () => {
  const env: NodeJS.ProcessEnv = {}
  publishEnvironment(info, {}, env)
  expect(isOwnUrl(env.IRIS_URL)).toBe(true)
  expect(namesExternalIris(env)).toBe(false)
  expect(namesExternalIris({ IRIS_URL: 'iris://a:b@db.example.com:1972/APP' })).toBe(true)
  expect(namesExternalIris({ IRIS_HOST: 'db.example.com', IRIS_PORT: '1972' })).toBe(true)
  expect(namesExternalIris({ IRIS_HOST: 'db.example.com' })).toBe(false)
})
