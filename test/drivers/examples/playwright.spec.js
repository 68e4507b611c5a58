import { createConnection } from '@intersystems/intersystems-iris-native'
import { expect, test } from '@iris-devtester/playwright'

test('the driver is connected to the namespace of this worker', ({ iris }) => {
  const { host, port, namespace, username, password } = iris
  const connection = createConnection({ host, port, ns: namespace, user: username, pwd: password })
  try {
    expect(connection.namespace).toBe(namespace)
  } finally {
    connection.close()
  }
})
