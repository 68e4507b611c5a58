import { execFileSync } from 'node:child_process'
import { expect, test } from 'vitest'
import { ConsumerProject } from './consumer-project.ts'

test('a project and what it starts run on the Node that is to be tested', async () => {
  const version = execFileSync(process.env.IRIS_TEST_NODE ?? process.execPath, ['--version'], { encoding: 'utf8' })
  const main = `
    const { execSync } = require('node:child_process')
    process.stdout.write(process.version + '\\n' + execSync('node --version'))`
  using project = new ConsumerProject({
    files: { 'node_modules/own/main.js': main },
    packages: [],
    dependencies: {},
  })

  const { output } = await project.start('own/main.js', [], {}).ended

  expect(output).toBe(version + version)
})
