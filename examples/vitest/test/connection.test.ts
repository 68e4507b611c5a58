import { connectIris } from '@iris-devtester/core/connection'
import { expect, inject, onTestFinished, test } from 'vitest'

test('the run has an IRIS of its own, and the environment names it', () => {
  const { host, port, namespace } = inject('iris')

  expect(process.env).toMatchObject({ IRIS_HOST: host, IRIS_PORT: String(port), IRIS_NAMESPACE: namespace })
})

test('it answers', async () => {
  const iris = connectIris(inject('iris'))
  onTestFinished(() => iris.close())

  expect(await iris.sql('SELECT 1 AS answer')).toHaveLength(1)
})
