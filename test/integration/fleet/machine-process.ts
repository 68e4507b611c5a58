/** What the tests of several machines run on another one: `acquire <folder>`, `die <folder>` or `sweep <file to wait for>`. */
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { sweep } from '../../../packages/core/src/lease/cleanup/sweep.ts'
import { acquireIris } from '../../../packages/core/src/lease/index.ts'
import { PortRegistry } from '../../../packages/core/src/ports/index.ts'
import { IMAGE } from '../../machine/test-home.ts'

const [, , task = '', argument = ''] = process.argv

if (task === 'sweep') {
  const registry = new PortRegistry({ docker: false })
  await registry.read()
  console.log('ready')
  while (!existsSync(argument)) await sleep(1)
  const { done, failed } = await sweep(registry)
  console.log([...done, ...failed, 'swept'].join('\n'))
} else if (task === 'die') {
  // As in a real machine, something outlives the run: here the process with id 1.
  const run = spawn(process.execPath, [fileURLToPath(import.meta.url), 'acquire', argument], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  run.stdout.once('data', () => run.kill('SIGKILL'))
  run.once('exit', () => console.log('died'))
  setInterval(() => {}, 60_000)
} else {
  const { container } = await acquireIris({ projectPath: argument, image: IMAGE, quiet: true })
  console.log(`acquired ${container?.id}`)
  setInterval(() => {}, 60_000)
}
