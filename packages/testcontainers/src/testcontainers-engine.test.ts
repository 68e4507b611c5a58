import { EngineClient } from '@iris-devtester/core/container'
import { expect, test } from 'vitest'
import { useEngine } from './testcontainers-engine.ts'

test('the environment of the process stays as it is while Testcontainers looks for an engine', async () => {
  const changes: string[] = []
  const before = process.env
  process.env = new Proxy(before, {
    set: (target, name, value) => {
      changes.push(String(name))
      return Reflect.set(target, name, value)
    },
    deleteProperty: (target, name) => {
      changes.push(String(name))
      return Reflect.deleteProperty(target, name)
    },
  })
  try {
    const engine = new EngineClient({ kind: 'socket', path: '/nonexistent/docker.sock', source: 'a test' })
    await useEngine(engine).catch(() => undefined)
  } finally {
    process.env = before
  }
  expect(changes).toEqual([])
})
