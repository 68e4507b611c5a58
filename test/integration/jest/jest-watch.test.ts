import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { config, JEST, jestProject } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const preset = (load: string) =>
  config(`preset: '@iris-devtester/jest', testEnvironmentOptions: { iris: { load: ['${load}'] } }`)

const SCHEMA = `CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);
INSERT INTO Patient (Name) VALUES ('Ada');`

/** Fails on its second run where the first has left its row. */
const TESTS = `
  test('inserts', async () => {
    await iris.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    const rows = await iris.sql('SELECT ID, Name FROM Patient ORDER BY ID')
    console.log('FOUND ' + rows.map(({ ID, Name }) => ID + Name).join(' '))
  })`

test('a rerun of --watchAll starts clean, and with what has changed of load', async () => {
  await using home = new RegistryHome()
  using project = jestProject({ 'schema.sql': SCHEMA, 'jest.config.js': preset('schema.sql'), 'one.test.js': TESTS })
  const run = project.start(JEST, ['--watchAll'], { ...home.env, ...STOP })
  const found = () => [...run.output.matchAll(/FOUND (.*)/g)].map(([, names]) => names?.trim())
  await expect.poll(found).toEqual(['1Ada 2Cleo'])
  await expect.poll(() => run.output).toContain('Ran all test suites')
  await sleep(500)
  project.write('one.test.js', `${TESTS}\n// again`)
  await expect.poll(found).toEqual(['1Ada 2Cleo', '1Ada 2Cleo'])
  await expect.poll(() => run.output.match(/Ran all test suites/g)).toHaveLength(2)
  await sleep(500)
  project.write('schema.sql', SCHEMA.replace('Ada', 'Eve'))
  project.write('one.test.js', `${TESTS}\n// and again`)
  await expect.poll(found).toEqual(['1Ada 2Cleo', '1Ada 2Cleo', '1Eve 2Cleo'])
  run.signal('SIGINT')
  await run.ended
})

test('a class that does not compile is an error of the set-up, with the place in its file', async () => {
  await using home = new RegistryHome()
  using project = jestProject({
    'src/a.cls': 'Class Demo.Bad\n{\n\nMethod Run()\n{\n    Set x = 1\n    foo x\n}\n\n}\n',
    'jest.config.js': preset('src/*.cls'),
    'one.test.js': TESTS,
  })

  const { exitCode, output } = await project.start(JEST, [], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toMatch(/^ *src\/a\.cls:7:7: #1026: Invalid command : 'foo'$/m)
  expect(output).not.toContain('FOUND')
  expect(await home.containers()).toEqual([])
})
