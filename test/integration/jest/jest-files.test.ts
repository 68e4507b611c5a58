import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { config, JEST, jestProject } from './jest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }
const SCHEMA = 'CREATE TABLE Patient (ID IDENTITY, Name VARCHAR(20) UNIQUE);'

const FILE = `
  test('has the namespace for itself', async () => {
    expect(process.env.IRIS_NAMESPACE).toBe(iris.namespace)
    if (global.seenAtSetup) expect(global.seenAtSetup).toBe(iris.namespace)
    await iris.sql('CREATE TABLE Own (n INTEGER)')
    await iris.sql("INSERT INTO Patient (Name) VALUES ('Cleo')")
    expect(await iris.sql('SELECT ID, Name FROM Patient')).toEqual([{ ID: 1, Name: 'Cleo' }])
    if (process.env.IRIS_DEVTESTER_HOLDER) {
      await iris.snapshot('one')
      await iris.sql('DROP TABLE Own')
      await iris.restore('one')
    } else await expect(iris.snapshot('one')).rejects.toMatchObject({ code: 'SNAPSHOT_UNSUPPORTED' })
    expect(await iris.sql('SELECT n FROM Own')).toEqual([])
    console.log('SEEN ' + iris.namespace)
  })`
const FILES = Object.fromEntries(Array.from({ length: 5 }, (_, at) => [`${at}.test.js`, FILE]))
const IRIS = "testEnvironmentOptions: { iris: { load: ['schema.sql'], isolation: 'file' } }"

test.for([
  ['two workers', `preset: '@iris-devtester/jest', ${IRIS}`, ['-w', '2']],
  [
    'a set-up file that reads the namespace',
    `preset: '@iris-devtester/jest', setupFiles: ['./setup.js'], ${IRIS}`,
    ['-i'],
  ],
  ['no global set-up', `testEnvironment: '@iris-devtester/jest', ${IRIS}`, ['-i']],
] as const)('each test file has a fresh, loaded namespace: %s', async ([, options, args]) => {
  await using home = new RegistryHome()
  using project = jestProject({
    'schema.sql': SCHEMA,
    'setup.js': 'global.seenAtSetup = process.env.IRIS_NAMESPACE',
    'jest.config.js': config(options),
    ...FILES,
  })

  const { exitCode, output } = await project.start(JEST, args, { ...home.env, ...STOP }).ended

  expect(exitCode, output).toBe(0)
  expect(new Set([...output.matchAll(/SEEN (\w+)/g)].map(([, name]) => name)).size).toBe(5)
  expect(await home.untilClean()).toEqual([])
})
