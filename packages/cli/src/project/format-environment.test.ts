import { execFileSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { formatEnvironment } from './format-environment.ts'

const PRINT = 'console.log(JSON.stringify(process.env.IRIS_PASSWORD))'
const VALUES = ['test', "it's", '"quoted"', 'a b', '$(touch x) `y` $HOME', 'back\\slash', '#7']

test.for(VALUES)('a shell reads %s as it is', (value) => {
  const line = formatEnvironment({ IRIS_PASSWORD: value }, 'shell')
  const output = execFileSync('sh', ['-c', `${line}\nexec "$0" -e '${PRINT}'`, process.execPath])
  expect(JSON.parse(output.toString())).toBe(value)
})

test.for(VALUES)("Node's reader of .env files reads %s as it is", (value) => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-dotenv-'))
  try {
    writeFileSync(join(folder, '.env'), formatEnvironment({ IRIS_PASSWORD: value }, 'dotenv'))
    const output = execFileSync(process.execPath, [`--env-file=${join(folder, '.env')}`, '-e', PRINT])
    expect(JSON.parse(output.toString())).toBe(value)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('what a .env file has no way to say is refused and not shown', () => {
  const value = `a'b"c\`d`
  const write = () => formatEnvironment({ IRIS_PASSWORD: value }, 'dotenv')
  expect(write).toThrow(expect.objectContaining({ code: 'VALUE_NOT_WRITABLE', details: { name: 'IRIS_PASSWORD' } }))
  expect(write).not.toThrow(value)
  expect(JSON.parse(formatEnvironment({ IRIS_PASSWORD: value }, 'json'))).toEqual({ IRIS_PASSWORD: value })
})

test('JSON is an object', () => {
  expect(JSON.parse(formatEnvironment({ IRIS_PORT: '1972' }, 'json'))).toEqual({ IRIS_PORT: '1972' })
})
