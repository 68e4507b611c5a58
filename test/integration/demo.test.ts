import { execFile } from 'node:child_process'
import { join } from 'node:path'
import { expect, test } from 'vitest'

const main = join(import.meta.dirname, '../demo/main.ts')

const demo = () =>
  new Promise<{ code: number; output: string }>((resolve) => {
    const child = execFile(process.execPath, [main], (_, stdout, stderr) =>
      resolve({ code: child.exitCode ?? -1, output: stdout + stderr }),
    )
  })

test('four projects with three runners get a container and a port each, the same again, and leave nothing', async () => {
  const { code, output } = await demo()

  expect(code, output).toBe(0)
  const rows = output.split('\n').filter((line) => /^(patients-[ab]|orders|appointments) /.test(line))
  const ports = rows.map((row) => row.split(/\s+/).slice(0, 3).join(' '))
  expect(ports).toHaveLength(12)
  expect(ports.slice(4, 8)).toEqual(ports.slice(0, 4))
  expect(ports.slice(8)).toEqual(ports.slice(0, 4))
  expect(new Set(ports.map((line) => line.split(' ')[1])).size).toBe(4)
  expect(new Set(rows.slice(0, 4).map((row) => row.split(/\s+/)[3])).size).toBe(4)
  expect(output).toContain('nothing is left')
})
