import { ConsumerProject } from '../consumer/consumer-project.ts'

/** A Jest project of a user's, with the adapter and other packages of ours installed. */
export function jestProject(
  files: Readonly<Record<string, string>>,
  jest = process.env.IRIS_TEST_JEST ?? 'jest-30',
  packages: readonly string[] = [],
): ConsumerProject {
  return new ConsumerProject({
    files: { 'package.json': '{ "name": "consumer" }', ...files },
    packages: ['jest', ...packages],
    dependencies: { jest, 'jest-environment-jsdom': jest.replace('jest', 'jest-environment-jsdom') },
  })
}

export const JEST = 'jest/bin/jest.js'

/** A configuration without transforms: these projects are plain JavaScript. */
export function config(lines: string): string {
  return `module.exports = { transform: {}, ${lines} }`
}

export const ENVIRONMENT = config("testEnvironment: '@iris-devtester/jest'")
export const PRESET = config("preset: '@iris-devtester/jest'")

/** Code under test that reads its settings when it is loaded, as most does. */
export const APP = 'exports.seenAtLoad = process.env.IRIS_NAMESPACE'

/** A test file that shows what its worker sees, on a line that begins with \`SEEN\`. */
export const SEE = `
const { seenAtLoad } = require('./app.js')
const { execFileSync } = require('node:child_process')
test('sees', async () => {
  expect(await iris.sql('SELECT 1 AS one')).toStrictEqual([{ one: 1 }])
  const { port, namespace } = iris
  const inherited = execFileSync(process.execPath, ['-p', 'process.env.IRIS_NAMESPACE']).toString().trim()
  console.log('SEEN ' + JSON.stringify({ port, namespace, seenAtLoad, inherited, url: process.env.IRIS_URL }))
})
`

/** The same in a file that asks for the shared namespace. (Our own runner would read a whole docblock in its test files.) */
export const SEE_SHARED = `/** ${'@'}jest-environment-options {"iris": {"isolation": "shared"}} */ ${SEE}`

export interface Seen {
  readonly port: number
  readonly namespace: string
  readonly seenAtLoad: string
  readonly inherited: string
  readonly url: string
}

export function seenIn(output: string): Seen[] {
  return [...output.matchAll(/SEEN (\{.*\})/g)].map(([, json]) => JSON.parse(json as string) as Seen)
}

/** A test file that only passes while another one of the same run is in its middle, with the same table of its own. */
export function meeting(own: string, other: string): string {
  return `
const { existsSync, writeFileSync } = require('node:fs')
const { join } = require('node:path')
const { tmpdir } = require('node:os')
const sign = (name) => join(process.env.MEETING, name)
test('has the table to itself', async () => {
  await iris.sql('CREATE TABLE Box (content VARCHAR(10))')
  await iris.sql('INSERT INTO Box (content) VALUES (?)', ['${own}'])
  writeFileSync(sign('${own}'), '')
  for (let turn = 0; turn < 400 && !existsSync(sign('${other}')); turn++) await new Promise((go) => setTimeout(go, 50))
  expect(existsSync(sign('${other}'))).toBe(true)
  expect(await iris.sql('SELECT content FROM Box')).toEqual([{ content: '${own}' }])
  console.log('SEEN ' + JSON.stringify({ port: iris.port, namespace: iris.namespace }))
}, 30_000)
`
}
