import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../setup/main.mjs')

const setUp = () =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [main, 'setup'], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })

test('a second set-up finds every step done', async () => {
  const first = await setUp()
  const second = await setUp()

  expect(first.code, first.output).toBe(0)
  expect(second.code, second.output).toBe(0)
  const steps = second.output.split('\n').filter((line) => /^[·✓]/.test(line))
  expect(steps.map((line) => line.split(/\s+/).slice(0, 2).join(' '))).toEqual(
    expect.arrayContaining(['· engine', '· packages', '· build', '· image']),
  )
  expect(steps.filter((line) => line.startsWith('✓'))).toEqual([])
})
