import { homedir } from 'node:os'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { locateRegistry } from './registry-location.ts'

test("lies in the user's home folder", () => {
  expect(locateRegistry({ env: { HOME: '/home/ada' } })).toEqual({
    folder: '/home/ada/.iris-devtester',
    view: '/home/ada/.iris-devtester/port-registry.json',
    generations: '/home/ada/.iris-devtester/generations',
    stem: 'port-registry',
    home: '/home/ada',
  })
  expect(locateRegistry({ env: {} }).home).toBe(homedir())
})

test('lies where the environment or the option says, the option first', () => {
  const env = { HOME: '/home/ada', IRIS_DEVTESTER_HOME: '/srv/ports' }
  expect(locateRegistry({ env })).toMatchObject({ folder: '/srv/ports', generations: '/srv/ports/generations' })
  expect(locateRegistry({ env }).home).toBeUndefined()
  expect(locateRegistry({ env, registryPath: 'a/b.json' })).toEqual({
    folder: resolve('a'),
    view: resolve('a/b.json'),
    generations: resolve('a/b.generations'),
    stem: 'b',
  })
})
