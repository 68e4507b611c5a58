/**
 * Makes the pictures of `docs/dashboard.md` from the real page, on the engine that answers: `node test/docs/dashboard-pictures.ts`,
 * after a build. Three projects are made up; one has an IRIS and a live run.
 */
import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PortRegistry } from '@iris-devtester/core/ports'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { startBrowser } from '../integration/dashboard/browser-page.ts'
import { newTestFolder } from '../machine/test-folder.ts'

const PICTURES = join(import.meta.dirname, '../../docs/images')
const PROGRAM = join(import.meta.dirname, '../../packages/cli/dist/main.js')
const LIVE_RUN = join(import.meta.dirname, '../integration/dashboard/live-run.ts')

const home = newTestFolder()
const env = { ...process.env, IRIS_DEVTESTER_HOME: home }
const registry = new PortRegistry({ env })
const work = mkdtempSync('/tmp/work-')
const folders = ['shop', 'billing', 'reports'].map((name) => join(work, name))
for (const folder of folders) mkdirSync(folder, { recursive: true })
const [shop = '', billing = '', reports = ''] = folders
writeFileSync(
  join(shop, 'people.sql'),
  "CREATE TABLE demo.people (id INT PRIMARY KEY, name VARCHAR(50));\nINSERT INTO demo.people (id, name) VALUES (1, 'Ada');\nINSERT INTO demo.people (id, name) VALUES (2, 'Grace');\n",
)
const cli = (cwd: string, words: readonly string[]) =>
  spawn(process.execPath, [PROGRAM, ...words], {
    cwd,
    env: { ...env, INIT_CWD: cwd },
    stdio: ['ignore', 'pipe', 'inherit'],
  })
await registry.assignPort(billing, { service: 'node' })
await registry.assignPort(billing, { service: 'static', preferredPort: 4_200 })
await registry.assignPort(reports, { service: 'python' })
await registry.releasePort(reports, { service: 'python' })
await registry.assignPort(reports, { service: 'php' })
await once(cli(shop, ['up', '--load', 'people.sql']), 'close')
const run = spawn(process.execPath, [LIVE_RUN, shop, 'vitest', '4'], { cwd: shop, env })
await once(run.stdout, 'data')
const dashboard = cli(shop, ['dashboard', '--no-open'])
const [announced] = await once(dashboard.stdout, 'data')
const url = /http:\S+/.exec(String(announced))?.[0] ?? ''
const browser = await startBrowser()
try {
  const page = await browser.newPage({ viewport: { width: 1_100, height: 720 } })
  await page.goto(url)
  await page.getByRole('list', { name: 'Live runs' }).waitFor()
  const picture = (name: string, fullPage = false) => page.screenshot({ path: join(PICTURES, `${name}.png`), fullPage })
  await picture('dashboard-overview')
  await page.getByRole('link', { name: 'shop', exact: true }).first().click()
  await page.getByRole('img', { name: /CPU/ }).waitFor()
  await page.getByLabel('Statement').fill('SELECT id, name FROM demo.people')
  await page.getByRole('button', { name: 'Run', exact: true }).click()
  await page.getByRole('cell', { name: 'Ada' }).waitFor()
  // So that the plots show more than a beginning.
  await page.waitForTimeout(8_000)
  await picture('dashboard-project', true)
  await page.emulateMedia({ colorScheme: 'dark' })
  await page.getByRole('button', { name: 'End …' }).click()
  await page.getByLabel(/To do it all the same/).waitFor()
  await picture('dashboard-end')
} finally {
  await browser.close()
  dashboard.kill('SIGINT')
  run.kill('SIGTERM')
  const engine = await findEngine()
  const labels = [`iris-devtester.registry=${registry.registryId}`]
  for (const { Id } of await engine.listContainers({ labels })) await engine.removeContainer(Id)
  rmSync(work, { recursive: true })
}
