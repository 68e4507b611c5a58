import { mkdtempSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { homedir, tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { locateRegistry, registryIdOf } from './registry-location.ts'

const HOME = resolve('/home/ada')
const SHARED = resolve('/srv/ports')

test("lies in the user's home folder", () => {
  const folder = join(HOME, '.iris-devtester')
  expect(locateRegistry({ env: { HOME } })).toEqual({
    folder,
    view: join(folder, 'port-registry.json'),
    generations: join(folder, 'generations'),
    stem: 'port-registry',
    home: HOME,
  })
  expect(locateRegistry({ env: {} }).home).toBe(homedir())
})

test('lies where the environment or the option says, the option first', () => {
  const env = { HOME, IRIS_DEVTESTER_HOME: SHARED }
  expect(locateRegistry({ env })).toMatchObject({ folder: SHARED, generations: join(SHARED, 'generations') })
  expect(locateRegistry({ env }).home).toBeUndefined()
  expect(locateRegistry({ env, registryPath: 'a/b.json' })).toEqual({
    folder: resolve('a'),
    view: resolve('a/b.json'),
    generations: resolve('a/b.generations'),
    stem: 'b',
  })
})

test('has one identity whichever way its path is written, and another than its neighbours in the folder', () => {
  const folder = realpathSync(mkdtempSync(join(tmpdir(), 'registry-location-')))
  try {
    symlinkSync(folder, join(folder, 'link'))
    const idOf = (...parts: string[]) => registryIdOf(locateRegistry({ registryPath: join(folder, ...parts) }))
    expect(idOf('port-registry.json')).toBe(folder)
    expect(idOf('link', 'port-registry.json')).toBe(folder)
    expect(idOf('link', 'other.json')).toBe(join(folder, 'other.json'))
    expect(idOf('other.name.json')).toBe(join(folder, 'other.name.json'))
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test.each([
  ['~', ''],
  ['~/ports', 'ports'],
])('IRIS_DEVTESTER_HOME=%s is below the home folder, as no shell may have expanded it', (given, rest) => {
  const env = { HOME, IRIS_DEVTESTER_HOME: given }
  expect(locateRegistry({ env })).toMatchObject({ folder: join(HOME, rest) })
})

test('IRIS_DEVTESTER_REGISTRY as a path follows the same rules; the option is relative to the working directory', () => {
  const locate = (given: string) => locateRegistry({ env: { HOME, IRIS_DEVTESTER_REGISTRY: given } })
  expect(locate('~/x/ports.json').view).toBe(join(HOME, 'x/ports.json'))
  for (const given of ['ports.json', '~other/ports.json'])
    expect(() => locate(given)).toThrow(
      expect.objectContaining({
        code: 'REGISTRY_HOME_INVALID',
        summary: expect.stringMatching(/^IRIS_DEVTESTER_REGISTRY is/),
      }),
    )
  expect(locateRegistry({ env: {}, registryPath: 'ports.json' }).view).toBe(resolve('ports.json'))
})

test.each(['', 'relative'])('a home folder that is none (HOME=%s) is not used', (given) => {
  expect(locateRegistry({ env: { HOME: given } }).home).toBe(homedir())
})

test.each(['ports', './ports', '~other/ports', '../ports'])('IRIS_DEVTESTER_HOME=%s is refused', (given) => {
  expect(() => locateRegistry({ env: { HOME, IRIS_DEVTESTER_HOME: given } })).toThrow(
    expect.objectContaining({ code: 'REGISTRY_HOME_INVALID', details: { given } }),
  )
})
