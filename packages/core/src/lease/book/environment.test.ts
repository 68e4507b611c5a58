import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { expect, test } from 'vitest'
import { flagIn, isOff, misspeltIn, projectPathIn, VARIABLES } from './environment.ts'

test.each([
  ['1', true, false],
  ['true', true, false],
  ['yes', true, false],
  ['0', false, true],
  ['false', false, true],
  ['', false, false],
  [undefined, false, false],
])('a flag of %j is on: %j, is off: %j', (value, isOn, isTurnedOff) => {
  expect([flagIn({ FLAG: value }, 'FLAG'), isOff({ FLAG: value }, 'FLAG')]).toEqual([isOn, isTurnedOff])
})

test.each([
  [undefined, undefined],
  ['', undefined],
  [resolve('/srv/shop'), resolve('/srv/shop')],
  ['~', resolve('/home/ada')],
  ['~/shop', `${resolve('/home/ada')}/shop`],
])('IRIS_PROJECT_PATH=%s is the project %s, as no shell may have expanded it', (given, path) => {
  expect(projectPathIn({ HOME: resolve('/home/ada'), IRIS_PROJECT_PATH: given })).toBe(path)
})

test.each(['shop', './shop', '~ada/shop', '$HOME/shop'])('IRIS_PROJECT_PATH=%s is refused with its name', (given) => {
  expect(() => projectPathIn({ IRIS_PROJECT_PATH: given })).toThrow(
    expect.objectContaining({
      code: 'OPTION_INVALID',
      hint: expect.stringContaining('export IRIS_PROJECT_PATH="$PWD"'),
    }),
  )
})

test.each([
  ['IRIS_DEVTESTER_KEP', 'IRIS_DEVTESTER_KEEP'],
  ['IRIS_DEVTESTER_IDLE_TIMEOUT', 'IRIS_DEVTESTER_IDLE_TIMEOUT_MS'],
  ['IRIS_DEVTESTER_PORTRANGE', 'IRIS_DEVTESTER_PORT_RANGE'],
  ['iris_devtester_home', 'IRIS_DEVTESTER_HOME'],
  ['IRIS_DEVTESTERS_HOME', 'IRIS_DEVTESTER_HOME'],
])('%s has no effect, and is answered with %s', (name, meant) => {
  expect(misspeltIn({ [name]: 'x', PATH: '/bin' })).toEqual([
    `There is no variable ${name}, so it has no effect. Did you mean ${meant}?`,
  ])
})

test('what is ours, or not near to anything of ours, is no slip', () => {
  const others = [
    'IRIS_DEVTESTER_PORT_NODE',
    'IRIS_DEVTESTER_INSTALL_DOCKER',
    'IRIS_DEVTESTER_COMPLETELY_DIFFERENT_THING',
  ]
  expect(misspeltIn(Object.fromEntries([...VARIABLES, ...others].map((name) => [name, '1'])))).toEqual([])
})

test('the list has every variable that the sources read', () => {
  const packages = join(import.meta.dirname, '../../../..')
  const read = readdirSync(packages, { recursive: true, encoding: 'utf8' })
    .filter((path) => /^[^/\\]+[/\\]src[/\\].*\.ts$/.test(path) && !/\.test\.ts$|environment\.ts$/.test(path))
    .flatMap((path) => readFileSync(join(packages, path), 'utf8').match(/IRIS_DEVTESTER_[A-Z_]*[A-Z]\b/g) ?? [])
  const unknown = [...new Set(read)].filter((name) => !(VARIABLES as readonly string[]).includes(name))
  expect(unknown).toEqual([])
  expect(VARIABLES.filter((name) => !read.includes(name))).toEqual([])
})
