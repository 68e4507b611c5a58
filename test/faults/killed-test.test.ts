import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { expect, onTestFinished, test } from 'vitest'
import { TinyContainers } from '../contract/tiny-containers.ts'
import { setup as removeLeftovers } from '../machine/remove-leftovers.ts'
import { TestHome } from '../machine/test-home.ts'

const ABANDONED = fileURLToPath(new URL('../machine/abandoned-test.ts', import.meta.url))

test("what a killed test left on the machine goes before the next run; a living one's stays", async () => {
  await using home = await TestHome.create()
  await using own = await TinyContainers.open()
  const kept = await own.create({ start: false })
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', ABANDONED], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  onTestFinished(() => void child.kill('SIGKILL'))
  const [line] = (await once(createInterface(child.stdout), 'line')) as [string]
  const { folder, ids } = JSON.parse(line) as { folder: string; ids: string[] }
  const present = async () => Promise.all(ids.map(async (id) => (await home.engine.inspectContainer(id)) !== undefined))

  await removeLeftovers()
  expect(await present()).toEqual([true, true])
  expect(existsSync(folder)).toBe(true)

  child.kill('SIGKILL')
  await once(child, 'close')
  await removeLeftovers()
  expect(await present()).toEqual([false, false])
  expect(existsSync(folder)).toBe(false)
  expect(await own.client.inspectContainer(kept)).toBeDefined()
  expect(existsSync(home.path)).toBe(true)
})
