import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { TinyContainers } from '../../contract/tiny-containers.ts'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { STAND_IN_TAG } from '../../stand-in/build.ts'
import { CommandLine } from '../cli/command-line.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { openPage, problemsOf, startBrowser } from './browser-page.ts'
import { DashboardProcess } from './dashboard-process.ts'

const LIVE_RUN = new URL('live-run.ts', import.meta.url).pathname
const EVIL = '<img src=x onerror="document.title=1">'

/** One IRIS, one browser and one dashboard for all of these, as starting them is what takes the time. They follow on each other. */
describe('the page', () => {
  const home = new RegistryHome()
  let proxy: EngineProxy
  let line: CommandLine
  let browser: Browser
  let dashboard: DashboardProcess
  let opened: Awaited<ReturnType<typeof openPage>>
  let foreign: Server

  const instance = () => `#/instance/${encodeURIComponent(line.folder)}`

  beforeAll(async () => {
    proxy = await EngineProxy.start({ engine: (await findEngine()).endpoint })
    line = new CommandLine({
      ...home.env,
      DOCKER_HOST: proxy.address,
      IRIS_DEVTESTER_PORT_RANGE: `${portAt(0)}-${portAt(3)}`,
      IRIS_DEVTESTER_WEB_PORT_RANGE: `${portAt(10)}-${portAt(13)}`,
    })
    await home.registry.setRange('system', [2650, 2699])
    await home.registry.setRange('node', [portAt(5), portAt(9)])
    foreign = createServer().listen(portAt(7), '127.0.0.1')
    await once(foreign, 'listening')
    line.write(
      'people.sql',
      "CREATE TABLE demo.people (id INT PRIMARY KEY, name VARCHAR(50));\nINSERT INTO demo.people (id, name) VALUES (1, 'Ada');\n",
    )
    const up = await line.run(['up', '--idle', '60', '--load', 'people.sql'])
    expect(up.exitCode, up.stderr).toBe(0)
    dashboard = await DashboardProcess.start(line, ['--no-open'], { env: { NODE_DEBUG: 'iris-devtester:engine' } })
    browser = await startBrowser()
    opened = await openPage(browser, dashboard.url)
  })

  afterAll(async () => {
    await browser?.close()
    await dashboard?.[Symbol.asyncDispose]()
    foreign?.close()
    line?.[Symbol.dispose]()
    await proxy?.[Symbol.asyncDispose]()
    await home[Symbol.asyncDispose]()
  })

  test('shows whose ports are whose, what runs, and nothing that is secret', async () => {
    const { page } = opened
    await page.getByText('Live', { exact: true }).waitFor()
    expect(page.url()).toBe(`${dashboard.origin}/`)
    const iris = page.getByRole('region', { name: 'Ports of iris', exact: true })
    await expect.poll(() => iris.textContent()).toMatch(/1 assigned, 3 free/)
    const node = page.getByRole('region', { name: 'Ports of node', exact: true })
    const text = await node.textContent()
    expect(text).toContain(`${portAt(7)} process`)
    expect(text).toContain(`(pid ${process.pid})`)
    expect(text).toContain(`${portAt(5)}–${portAt(6)} free`)
    expect(text).toMatch(/ ago/)
    expect(await page.getByRole('list', { name: 'Containers' }).textContent()).toMatch(/running iris_.*superserver/)
    expect(await page.content()).not.toMatch(/test:test|password/i)
  })

  test('shows a port that is assigned, then given back, and a run that begins, each within a second', async () => {
    const { page } = opened
    const node = page.getByRole('region', { name: 'Ports of node', exact: true })
    const { port } = await home.registry.assignPort(line.folder, { service: 'node' })
    await node.getByText(`${port} assigned`).waitFor({ timeout: 5_000 })
    await home.registry.releasePort(line.folder, { service: 'node' })
    await node.getByText(`${port} remembered`).waitFor({ timeout: 5_000 })

    const run = spawn(process.execPath, [LIVE_RUN, line.folder, 'vitest', '3'], {
      env: { ...process.env, ...line.env },
    })
    await once(run.stdout, 'data')
    const runs = page.getByRole('list', { name: 'Live runs' })
    await runs.waitFor({ timeout: 5_000 })
    expect(await runs.textContent()).toMatch(new RegExp(`live vitest pid ${run.pid} on \\S+ · 3 workers · began`))
    run.kill('SIGKILL')
    await runs.waitFor({ state: 'detached', timeout: 5_000 })
  })

  test('pushes to two pages at once, and asks the engine once for both', async () => {
    const { page } = opened
    const other = await openPage(browser, dashboard.url)
    await other.page.getByText('Live', { exact: true }).waitFor()
    await home.registry.assignPort(line.folder, { service: 'node', preferredPort: portAt(9) })
    for (const one of [page, other.page]) await one.getByText(`${portAt(9)} assigned`).waitFor({ timeout: 5_000 })
    await using containers = await TinyContainers.open()
    const name = `foreign-${portAt(8)}`
    await containers.create({ name, ports: [portAt(8)] })
    for (const one of [page, other.page]) {
      await one.getByText(`${portAt(8)} container ${name}`).waitFor({ timeout: 5_000 })
    }
    expect(dashboard.written.stderr.match(/GET \/events\?/g)).toHaveLength(1)
    await home.registry.releasePort(line.folder, { service: 'node' })
    await other.close()
  })

  test('takes names for what they are: text', async () => {
    const { page, errors } = opened
    const folder = join(home.folder, EVIL)
    mkdirSync(folder)
    await home.registry.assignPort(folder, { service: 'python' })
    await page.getByRole('link', { name: EVIL, exact: true }).first().click()
    await page.getByRole('heading', { name: EVIL }).waitFor()
    expect(await page.title()).toBe('iris-devtester dashboard')
    expect(await page.locator('img').count()).toBe(0)
    await page.getByText('No running IRIS.').waitFor()
    await home.registry.releasePort(folder, { service: 'python' })
    await page.getByText('Nothing is there any more').waitFor()
    await page.getByRole('link', { name: '← All projects' }).click()
    await page.getByRole('heading', { name: 'Projects' }).waitFor()
    expect(errors).toEqual([])
  })

  test('of one project shows how it is reached, where the time of its start went, its log, its use and its history', async () => {
    const { page } = opened
    await page.getByRole('listitem').getByRole('heading').getByRole('link').first().click()
    const connection = page.getByRole('region', { name: 'Connection' })
    await connection.getByText('USER', { exact: true }).first().waitFor()
    expect(await page.content()).not.toContain('test:test')
    const copied = async (name: string) => {
      await connection.getByRole('button', { name: `Copy ${name}` }).click()
      await connection.getByText(`${name} copied.`).waitFor()
      return page.evaluate(() => navigator.clipboard.readText())
    }
    expect(await copied('Password')).toBe('test')
    expect(await copied('Address')).toMatch(/^iris:\/\/test:test@127\.0\.0\.1:\d+\/USER$/)
    expect(await copied('User')).toBe('test')
    expect(await page.content()).not.toContain('test:test')
    const portal = await connection.getByRole('link', { name: 'Management Portal' }).getAttribute('href')
    expect((await fetch(portal ?? '')).status).toBe(200)

    const starts = page.getByRole('region', { name: 'Last starts' })
    const parts = await starts.getByRole('rowheader').allTextContents()
    for (const part of ['create the container', 'boot', 'log in', 'load files']) expect(parts).toContain(part)
    expect(await starts.textContent()).toMatch(/by cli/)

    const log = page.getByRole('region', { name: 'Log', exact: true })
    await log.getByText('started InterSystems IRIS instance').first().waitFor()
    await log.getByLabel('Search').fill('private webserver')
    await expect.poll(() => log.locator('mark').count()).toBeGreaterThan(0)
    await log.getByLabel('Search').fill('')

    const use = page.getByRole('region', { name: 'Use', exact: true })
    await use.getByRole('img', { name: /Memory: \d+ MB/ }).waitFor({ timeout: 20_000 })
    await use.getByRole('img', { name: /CPU: \d+ %/ }).waitFor()
    expect(await page.getByRole('region', { name: 'History' }).textContent()).toMatch(/assigned\s+iris \d+/)
  })

  test('marks the fatal lines of a log', async () => {
    const { page } = opened
    const engine = await findEngine()
    const project = join(home.folder, 'broken')
    mkdirSync(project)
    const { Id } = await engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      query: { name: `iris_broken_${portAt(4)}` },
      body: {
        Image: STAND_IN_TAG,
        Env: ['STANDIN_STARTUP_ABORTED=1', 'STANDIN_BOOT_MS=50'],
        Labels: { 'iris-devtester.registry': home.registry.registryId, 'iris-devtester.project': project },
      },
    })
    await engine.startContainer(Id)
    await show(page, '#/')
    await page.getByRole('link', { name: 'broken', exact: true }).click()
    const log = page.getByRole('region', { name: 'Log', exact: true })
    await log.getByText('fatal ** Startup aborted **').waitFor()
    await log.getByLabel('fatal lines only').check()
    const [lines, fatal] = [log.locator('.line'), log.locator('.line.fatal')]
    await expect.poll(async () => (await lines.count()) - (await fatal.count())).toBe(0)
    expect(await fatal.count()).toBeGreaterThan(0)
    expect(await problemsOf(page)).toEqual([])
    await engine.removeContainer(Id)
    await page.getByText('Nothing is there any more').waitFor()
  })

  test('reads with SQL, and refuses to write', async () => {
    const { page } = opened
    await show(page, instance())
    const sql = page.getByRole('region', { name: 'SQL (read-only)' })
    await sql.getByLabel('Statement').fill('SELECT id, name FROM demo.people')
    await sql.getByLabel('Statement').press('Control+Enter')
    await sql.getByRole('cell', { name: 'Ada' }).waitFor()
    await sql.getByLabel('Statement').fill("DELETE FROM demo.people WHERE name = '<b>'")
    await sql.getByRole('button', { name: 'Run' }).click()
    await sql.getByText('only a SELECT may be: it begins with "DELETE"').waitFor()
    await sql.getByLabel('Statement').fill('SELECT nothing FROM nowhere')
    await sql.getByRole('button', { name: 'Run' }).click()
    await expect.poll(() => sql.getByRole('alert').textContent()).toMatch(/nowhere/i)
  })

  test('resets tables to what was recorded of them, after it has said which', async () => {
    const { page } = opened
    await show(page, instance())
    await page.getByRole('button', { name: 'Reset tables …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText('Nothing is recorded of the tables of USER.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    const marked = await line.run(['reset', '--mark'])
    expect(marked.exitCode, marked.stderr).toBe(0)
    expect(await line.run(['sql', 'DELETE FROM demo.people'])).toMatchObject({ exitCode: 0 })
    await page.getByRole('button', { name: 'Reset tables …' }).click()
    await dialog.getByText(/Table demo\.people is put back\./i).waitFor()
    await dialog.getByRole('button', { name: 'Reset the tables' }).click()
    await dialog.getByText('Done.').waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    expect((await line.run(['sql', 'SELECT name FROM demo.people'])).stdout).toContain('Ada')
  })

  test('has no fault that axe knows, in either colours', async () => {
    const { page } = opened
    await show(page, instance())
    expect(await problemsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await problemsOf(page)).toEqual([])
    await page.getByRole('link', { name: '← All projects' }).click()
    await page.getByRole('heading', { name: 'Projects' }).waitFor()
    expect(await problemsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'light' })
    expect(await problemsOf(page)).toEqual([])
  })

  test('says that the engine does not answer, and goes on by itself when it is back', async () => {
    const { page } = opened
    await show(page, '#/')
    await proxy.leave()
    await page.getByText('The container engine does not answer.').waitFor({ timeout: 10_000 })
    expect(await page.getByRole('list', { name: 'Containers' }).textContent()).toContain('running')
    await proxy.comeBack()
    await page.getByText('The container engine does not answer.').waitFor({ state: 'detached', timeout: 10_000 })
    await page.getByText('Live', { exact: true }).waitFor()
  })

  test('restarts and ends what a live run uses only when its name is typed, and shows what came of it', async () => {
    const { page } = opened
    const name = line.folder.split('/').at(-1) ?? ''
    const run = spawn(process.execPath, [LIVE_RUN, line.folder, 'jest', '1'], { env: { ...process.env, ...line.env } })
    await once(run.stdout, 'data')
    await show(page, instance())
    const dialog = page.getByRole('dialog')
    const refused = await line.run(['reset'])
    expect(refused).toMatchObject({ exitCode: 1, stderr: expect.stringContaining('The tables are not reset') })
    await page.getByRole('button', { name: 'Restart …' }).click()
    await dialog.getByText(/IRIS in container iris_\S+ restarts\./).waitFor()
    expect(await dialog.getByRole('button', { name: 'Restart IRIS' }).isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill(name)
    await dialog.getByRole('button', { name: 'Restart IRIS' }).click()
    await dialog.getByText(/restarted {1,2}container iris_/).waitFor({ timeout: 20_000 })
    await dialog.getByRole('button', { name: 'Close' }).click()
    await page.getByText(/by restart/).waitFor()
    await page.getByRole('button', { name: 'End …' }).click()
    await dialog.getByText(/Container iris_\S+ .* is removed, with all its data\./).waitFor()
    await dialog.getByText(`jest (pid ${run.pid})`).waitFor()
    const end = dialog.getByRole('button', { name: 'End the container' })
    expect(await end.isDisabled()).toBe(true)
    await dialog.getByRole('textbox').fill('another')
    expect(await end.isDisabled()).toBe(true)
    expect(await home.containers()).toHaveLength(1)
    await dialog.getByRole('textbox').fill(name)
    await end.click()
    await dialog.getByText('Done.').waitFor({ timeout: 20_000 })
    expect(await dialog.textContent()).toMatch(/ended {1,2}container iris_/)
    expect(await dialog.textContent()).toMatch(/released iris \d+/)
    await dialog.getByRole('button', { name: 'Close' }).click()
    expect(await home.containers()).toEqual([])
    await page
      .getByText(/No container\.|Nothing is there any more/)
      .first()
      .waitFor()
    run.kill('SIGKILL')
    expect(opened.errors).toEqual([])
    expect(opened.requests.filter((url) => !url.startsWith(`${dashboard.origin}/`))).toEqual([])
  })

  test('prunes what no run uses, after it has said what that is', async () => {
    const { page } = opened
    const { exitCode, stderr } = await line.run(['up', '--idle', '60'])
    expect(exitCode, stderr).toBe(0)
    await show(page, '#/')
    await page.getByRole('button', { name: 'Prune containers …' }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByText(/Container iris_\S+ of \S+ is removed, with all its data: idle\./).waitFor()
    await dialog.getByRole('button', { name: 'Prune containers' }).click()
    await dialog.getByText(/ended {1,2}container iris_/).waitFor()
    await dialog.getByRole('button', { name: 'Close' }).click()
    expect(await home.containers()).toEqual([])
  })

  test('says that it has ended, and where the next one is', async () => {
    await dashboard.end('SIGINT')
    await opened.page.getByText('The dashboard has ended').waitFor({ timeout: 10_000 })
    dashboard = await DashboardProcess.start(line)
    await opened.page.getByText('Another dashboard runs here now.').waitFor({ timeout: 10_000 })
  })
})

/** Goes to another part of the page. */
async function show(page: Page, hash: string): Promise<void> {
  await page.evaluate((to) => {
    location.hash = to
  }, hash)
}
