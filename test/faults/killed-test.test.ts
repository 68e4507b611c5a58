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
  const left = JSON.parse(line) as { folders: string[]; ids: string[]; server?: number }
  const present = async () => ({
    containers: await Promise.all(left.ids.map(async (id) => (await home.engine.inspectContainer(id)) !== undefined)),
    folders: left.folders.map((path) => existsSync(path)),
    server: left.server === undefined ? false : isAlive(left.server),
  })

  await removeLeftovers()
  expect(await present()).toEqual({
    containers: left.ids.map(() => true),
    folders: left.folders.map(() => true),
    server: left.server !== undefined,
  })

  child.kill('SIGKILL')
  await once(child, 'close')
  await removeLeftovers()
  await expect.poll(present).toEqual({
    containers: left.ids.map(() => false),
    folders: left.folders.map(() => false),
    server: false,
  })
  expect(await own.client.inspectContainer(kept)).toBeDefined()
  expect(existsSync(home.path)).toBe(true)
})

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0)
  } catch {
    return false
  }
}
