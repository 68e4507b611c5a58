import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { createInterface } from 'node:readline'
import { expect, onTestFinished, test, vi } from 'vitest'
import { serveRun } from './serve-run.ts'

const SERVE = new URL('./serve-run.ts', import.meta.url).href

test.skipIf(process.platform === 'win32')('a run removes the sockets of killed runs, and no other ones', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'iris-sockets-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  vi.stubEnv('TMPDIR', folder)
  onTestFinished(() => void vi.unstubAllEnvs())
  const start = async () => {
    const script = `const { serveRun } = await import('${SERVE}'); console.log((await serveRun({})).address); setInterval(() => {}, 60_000)`
    const child = spawn(
      process.execPath,
      ['--disable-warning=ExperimentalWarning', '--input-type=module', '-e', script],
      {
        stdio: ['ignore', 'pipe', 'inherit'],
      },
    )
    onTestFinished(() => void child.kill('SIGKILL'))
    const [address] = (await once(createInterface(child.stdout), 'line')) as [string]
    return { child, address }
  }
  const [killed, living] = [await start(), await start()]
  killed.child.kill('SIGKILL')
  await once(killed.child, 'close')
  const hourAgo = Date.now() / 1_000 - 3_600
  for (const { address } of [killed, living]) utimesSync(dirname(address), hourAgo, hourAgo)

  const own = await serveRun({})
  await expect.poll(() => existsSync(dirname(killed.address))).toBe(false)
  expect(existsSync(living.address)).toBe(true)
  await own.close()
  expect(readdirSync(folder)).toHaveLength(1)
})
