import { createConnection } from '@intersystems/intersystems-iris-native'
import { afterAll, beforeAll, expect, inject, test } from 'vitest'

let connection

beforeAll(() => {
  const { host, port, namespace, username, password } = inject('iris')
  connection = createConnection({ host, port, ns: namespace, user: username, pwd: password })
})

afterAll(() => connection.close())

test('the driver is connected to the namespace of this worker', () => {
  expect(connection.namespace).toBe(process.env.IRIS_NAMESPACE)
})
