import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

/** What a process prints that writes this error. */
function printed(error: string, wantsJson: boolean, debug = '') {
  const module = JSON.stringify(new URL('write-error.ts', import.meta.url).href)
  const script = `const { writeError } = await import(${module}); writeError(${error}, ${wantsJson})`
  const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    encoding: 'utf8',
    env: { ...process.env, DEBUG: debug, NO_COLOR: '1', FORCE_COLOR: undefined },
  })
  return { stdout, stderr: stderr.split('\n').filter((line) => line !== '') }
}

const OURS = `Object.assign(new Error('why'), { toJSON: () => ({ error: 'CODE' }) })`

test('an error of ours is its message, or its JSON', () => {
  expect(printed(OURS, false, '1')).toEqual({ stdout: '', stderr: ['error  why'] })
  const { stdout, stderr } = printed(OURS, true)
  expect([JSON.parse(stdout), stderr]).toEqual([{ error: 'CODE' }, []])
})

// Each of eight processes may take a busy machine a second.
test('any other error has its stack, for who wants to see it', { timeout: 60_000 }, () => {
  expect(printed(`new Error('x')`, false).stderr).toEqual(['error  x'])
  const [first, second, third] = printed(`new Error('x')`, false, '1').stderr
  expect([first, second, third?.trim().startsWith('at ')]).toEqual(['error  x', 'Error: x', true])
  for (const [thrown, text] of [
    [`'a text'`, 'a text'],
    ['undefined', 'undefined'],
    ['null', 'null'],
  ] as const) {
    expect(printed(thrown, false, '1').stderr).toEqual([`error  ${text}`])
    expect(JSON.parse(printed(thrown, true).stdout)).toMatchObject({ error: 'UNEXPECTED', message: text })
  }
  expect(JSON.parse(printed(`new Error('x')`, true).stdout)).toEqual({
    success: false,
    error: 'UNEXPECTED',
    message: 'x',
    details: {},
  })
})
