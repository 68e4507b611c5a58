const { createConnection } = require('@intersystems/intersystems-iris-native')

let connection

beforeAll(() => {
  connection = createConnection({
    host: process.env.IRIS_HOST,
    port: Number(process.env.IRIS_PORT),
    ns: process.env.IRIS_NAMESPACE,
    user: process.env.IRIS_USERNAME,
    pwd: process.env.IRIS_PASSWORD,
  })
})

afterAll(() => connection.close())

test('the driver is connected to the namespace of this worker', () => {
  expect(connection.namespace).toBe(process.env.IRIS_NAMESPACE)
})
