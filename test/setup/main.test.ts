import { execFile } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'

const main = join(import.meta.dirname, 'main.mjs')
let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'set-up-'))
})
afterEach(() => rmSync(home, { recursive: true }))

const run = (args: string[], env: NodeJS.ProcessEnv) =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(
      process.execPath,
      [main, ...args],
      { env: { ...process.env, ...env } },
      (_, stdout, stderr) => resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })

test('a named engine that is not there: says so before anything is installed, with the way out', async () => {
  const { code, output } = await run(['demo'], { DOCKER_HOST: `unix://${home}/absent.sock` })

  expect(code).toBe(1)
  expect(output).toContain(`unix://${home}/absent.sock: no such socket`)
  expect(output).toContain('unset DOCKER_HOST')
  expect(output).not.toContain('packages')
})

test('an unknown command: lists the known ones', async () => {
  const { code, output } = await run(['dance'], {})

  expect(code).toBe(2)
  expect(output).toContain('demo')
})
