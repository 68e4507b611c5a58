import { setTimeout as sleep } from 'node:timers/promises'
import { expect, test } from 'vitest'
import { RegistryHome } from '../consumer/registry-home.ts'
import { VITEST, vitestProject } from './vitest-project.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

const CONFIG = `
  import { defineConfig } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineConfig({ plugins: [iris({ load: ['src/*.cls'] })], test: { maxWorkers: 1 } })`

const PATIENT = (property: string) =>
  `Class Demo.Patient Extends %Persistent\n{\n\nProperty ${property} As %String;\n\n}\n`
const BROKEN = 'Class Demo.Patient Extends %Persistent\n{\n\nMethod Run()\n{\n    Set x = 1\n    foo x\n}\n\n}\n'

const TESTS = `
  import { test } from '@iris-devtester/vitest/test'
  test('inserts', async ({ sql }) => {
    await sql('INSERT INTO Demo.Patient DEFAULT VALUES')
    const rows = await sql('SELECT * FROM Demo.Patient')
    console.log('FOUND ' + rows.length + ' with ' + Object.keys(rows[0]).join(' '))
  })`

test('a class that does not compile is an error of the set-up, with the place in its file', async () => {
  await using home = new RegistryHome()
  using project = vitestProject({ 'src/a.cls': BROKEN, 'vitest.config.ts': CONFIG, 'one.test.ts': TESTS })

  const { exitCode, output } = await project.start(VITEST, ['run'], { ...home.env, ...STOP }).ended

  expect(exitCode).toBe(1)
  expect(output).toMatch(/^src\/a\.cls:7:7: #1026: Invalid command : 'foo'$/m)
  expect(output).not.toContain('FOUND')
  expect(await home.containers()).toEqual([])
})

test('while Vitest watches, a changed class is compiled, and tests go on from clean tables', async () => {
  await using home = new RegistryHome()
  using project = vitestProject({ 'src/a.cls': PATIENT('Name'), 'vitest.config.ts': CONFIG, 'one.test.ts': TESTS })
  const run = project.start(VITEST, ['--watch'], { ...home.env, ...STOP })
  const found = () => [...run.output.matchAll(/FOUND (.*)/g)].map(([, text]) => text?.trim())
  await expect.poll(found).toEqual(['1 with ID Name'])
  await sleep(500)
  project.write('src/a.cls', BROKEN)
  await expect
    .poll(() => run.output)
    .toMatch(/FAIL .*one\.test\.ts[\s\S]*\n *src\/a\.cls:7:7: #1026: Invalid command : 'foo'/)
  await sleep(500)
  project.write('src/a.cls', PATIENT('City'))
  // Nothing has passed on the class as it was before.
  await expect.poll(found).toEqual(['1 with ID Name', '1 with ID City'])
  run.signal('SIGINT')
  await run.ended
})
