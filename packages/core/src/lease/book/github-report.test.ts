import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { reportOnGitHub } from './github-report.ts'

const error = new IrisDevtesterError({ code: 'X_Y', message: '100 % full', hint: 'docker system df' })

function written(reason: unknown, env: NodeJS.ProcessEnv): string {
  let text = ''
  reportOnGitHub(reason, env, (piece) => {
    text += piece
  })
  return text
}

test('nothing is written elsewhere', () => {
  expect(written(error, {})).toBe('')
})

test('the annotation is one line with the remedy, and the job summary has the whole message', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-summary-'))
  try {
    const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: join(folder, 'summary.md') }
    expect(written(error, env)).toMatch(
      /^::error title=IRIS did not start%3A X_Y::100 %25 full%0A%0AWhat to do:%0A {2}docker system df%0A.*\n$/,
    )
    const summary = readFileSync(env.GITHUB_STEP_SUMMARY, 'utf8')
    expect(summary).toBe(`### IRIS did not start: X_Y\n\n\`\`\`text\n${error.message}\n\`\`\`\n`)
  } finally {
    rmSync(folder, { recursive: true })
  }
})

test('a summary that cannot be written leaves the annotation', () => {
  const env = { GITHUB_ACTIONS: 'true', GITHUB_STEP_SUMMARY: '/nowhere/summary.md' }
  expect(written(new Error('gone'), env)).toBe('::error title=IRIS did not start::gone\n')
})

test('the annotation goes to the file that a runner names, and where that cannot be written, to the log', () => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-annotations-'))
  try {
    const file = join(folder, 'annotations')
    expect(written(error, { GITHUB_ACTIONS: 'true', IRIS_DEVTESTER_ANNOTATIONS: file })).toBe('')
    expect(readFileSync(file, 'utf8')).toMatch(/^::error title=IRIS did not start%3A X_Y::/)
    expect(written(error, { GITHUB_ACTIONS: 'true', IRIS_DEVTESTER_ANNOTATIONS: folder })).toMatch(/^::error /)
  } finally {
    rmSync(folder, { recursive: true })
  }
})
