import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { irisServer } from './iris-server.ts'

const VARIABLES = [
  'IRIS_HOST',
  'IRIS_PORT',
  'IRIS_URL',
  'IRIS_NAMESPACE',
  'IRIS_DEVTESTER_NAMESPACES',
  'IRIS_DEVTESTER_GIVEN',
  'TEST_PARALLEL_INDEX',
]

beforeEach(() => {
  for (const name of VARIABLES) vi.stubEnv(name, undefined)
})
afterEach(() => vi.unstubAllEnvs())

describe('the server', () => {
  test('is started anew without the IRIS that its first start has announced', () => {
    irisServer()
    process.env.IRIS_URL = 'iris://test:test@127.0.0.1:1972/IDT1W1'
    process.env.IRIS_NAMESPACE = 'IDT1W1'

    expect(irisServer().env).toMatchObject({ IRIS_URL: '', IRIS_NAMESPACE: '' })
  })

  test('is started anew with the IRIS that the user names', () => {
    process.env.IRIS_URL = 'iris://me:mine@db.example:1972/APP'
    irisServer()
    process.env.IRIS_URL = 'iris://me:mine@db.example:1972/IDT1W1'

    expect(irisServer().env).toMatchObject({ IRIS_URL: 'iris://me:mine@db.example:1972/APP' })
  })
})

describe('the environment of a worker', () => {
  const enter = (index: string, namespaces: string) => {
    Object.assign(process.env, {
      TEST_PARALLEL_INDEX: index,
      IRIS_DEVTESTER_NAMESPACES: namespaces,
      IRIS_NAMESPACE: 'IDT1W1',
      IRIS_URL: 'iris://test:p%2Fw@127.0.0.1:1972/IDT1W1',
    })
    irisServer()
    return { namespace: process.env.IRIS_NAMESPACE, url: process.env.IRIS_URL }
  }

  test('names the namespace of its place in the run', () => {
    expect(enter('1', 'IDT1W1,IDT1W2')).toEqual({
      namespace: 'IDT1W2',
      url: 'iris://test:p%2Fw@127.0.0.1:1972/IDT1W2',
    })
  })

  test('names the one that all share', () => {
    expect(enter('1', 'IDT1W1').namespace).toBe('IDT1W1')
  })
})
