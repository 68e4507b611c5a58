import { mkdirSync, renameSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser, Page } from '@playwright/test'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CommandLine } from '../cli/command-line.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { expectNoSidewaysScroll, openPage, problemsOf, startBrowser } from './browser-page.ts'
import { DashboardProcess } from './dashboard-process.ts'

const PROJECTS = 500

/** One browser and one dashboard for all of these. */
describe('for people', () => {
  const home = new RegistryHome()
  let line: CommandLine
  let browser: Browser
  let dashboard: DashboardProcess
  let page: Page
  let errors: string[]

  beforeAll(async () => {
    line = new CommandLine(home.env)
    await home.registry.setRange('system', [2650, 2699])
    dashboard = await DashboardProcess.start(line)
    browser = await startBrowser()
    const opened = await openPage(browser, dashboard.url, { reducedMotion: 'reduce' })
    page = opened.page
    errors = opened.errors
  })

  afterAll(async () => {
    await browser?.close()
    await dashboard?.[Symbol.asyncDispose]()
    line?.[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  test('where there is nothing, it says what to do', async () => {
    await page.getByText('No project has a port, a container or a run.').waitFor()
    await page.getByText(/npx \S+ up/).waitFor()
    expect(await page.getByRole('region', { name: 'Ports of iris', exact: true }).textContent()).toMatch(/\d+ free/)
    expect(await problemsOf(page)).toEqual([])
    await page.getByRole('button', { name: 'Prune containers …' }).click()
    await page.getByText('There is no container that no run uses.').waitFor()
    expect(await problemsOf(page)).toEqual([])
    await page.keyboard.press('Escape')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
  })

  test('by the keyboard alone: to a project, through an action, and back', async () => {
    const folder = join(home.folder, 'by-keyboard')
    mkdirSync(folder)
    await home.registry.assignPort(folder, { service: 'static' })
    await page.getByRole('link', { name: 'by-keyboard', exact: true }).first().waitFor()
    await tabTo(page, 'Skip to the content')
    await page.keyboard.press('Enter')
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    await tabTo(page, 'by-keyboard')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'by-keyboard' }).waitFor()
    expect(await page.evaluate(() => document.activeElement?.id)).toBe('content')
    await tabTo(page, 'Release ports …')
    await page.keyboard.press('Enter')
    await page
      .getByRole('dialog', { name: 'Release the ports' })
      .getByText(/Port 4\d\d\d \(static\)/)
      .waitFor()
    await tabTo(page, 'Release the ports')
    await page.keyboard.press('Enter')
    await page.getByText(/released static 4\d\d\d: requested/).waitFor()
    expect(await home.registry.listAll()).toEqual([])
    await tabTo(page, 'Close')
    await page.keyboard.press('Enter')
    await page.getByRole('dialog').waitFor({ state: 'detached' })
    expect(await focused(page)).toBe('Release ports …')
    await tabTo(page, '← All projects')
    await page.keyboard.press('Enter')
    await page.getByRole('heading', { level: 1, name: 'Projects' }).waitFor()
  })

  test(`${PROJECTS} projects are there, found by a word, and scrolled through without a long pause`, async () => {
    const at = new Date().toISOString()
    await home.registry.update('projects', (draft) => {
      for (let count = 0; count < PROJECTS; count += 1) {
        draft.service_assignments.push({
          project_path: `/srv/projects/group-${count % 7}/project-${count}`,
          port: 3_000 + count,
          service: 'node',
          assigned_at: at,
          assignment_type: 'auto',
          status: 'active',
          container_name: null,
        })
      }
    })
    await page.getByRole('heading', { level: 1, name: `Projects ${PROJECTS}` }).waitFor()
    await page.evaluate(() => {
      const pauses: number[] = []
      Object.assign(globalThis, { pauses })
      new PerformanceObserver((list) => pauses.push(...list.getEntries().map(({ duration }) => duration))).observe({
        entryTypes: ['longtask'],
      })
    })
    for (let step = 0; step < 20; step += 1) {
      await page.mouse.wheel(0, 2_000)
      await page.evaluate(() => new Promise(requestAnimationFrame))
    }
    await home.registry.assignPort(home.folder, { service: 'php' })
    await page.getByRole('heading', { level: 1, name: `Projects ${PROJECTS + 1}` }).waitFor()
    await page.getByLabel('Filter').fill('project-499')
    await expect
      .poll(() =>
        page
          .getByRole('main')
          .getByRole('heading', { level: 2, name: /^project-/ })
          .count(),
      )
      .toBe(1)
    const pauses = await page.evaluate(() => (globalThis as unknown as { pauses: number[] }).pauses)
    // A pause of half a second is one that everybody sees; a busy machine adds to those that nobody would.
    expect(pauses.filter((ms) => ms > 500)).toEqual([])
    await page.getByLabel('Filter').fill('there is no such')
    await page.getByText('No project matches the filter.').waitFor()
    await page.getByLabel('Filter').fill('')
    expect(await page.getByRole('heading', { level: 2, name: /^project-/ }).count()).toBe(PROJECTS)
  })

  test('a page that nobody sees is not told what changes, and has all of it when it is seen again', async () => {
    const unseen = await openPage(browser, dashboard.url)
    await unseen.page.getByText('Live', { exact: true }).waitFor()
    await unseen.page.clock.install()
    const see = (isHidden: boolean) =>
      unseen.page.evaluate((hidden) => {
        Object.defineProperty(document, 'hidden', { value: hidden, configurable: true })
        document.dispatchEvent(new Event('visibilitychange'))
      }, isHidden)
    await see(true)
    await unseen.page.clock.fastForward(11_000)
    const folder = join(home.folder, 'meanwhile')
    mkdirSync(folder)
    await home.registry.assignPort(folder, { service: 'php' })
    await page.getByRole('heading', { level: 1, name: `Projects ${PROJECTS + 2}` }).waitFor()
    expect(await unseen.page.getByRole('heading', { level: 1 }).first().textContent()).toBe(`Projects ${PROJECTS + 1}`)
    await see(false)
    await unseen.page.getByRole('heading', { level: 1, name: `Projects ${PROJECTS + 2}` }).waitFor()
    await home.registry.releasePort(folder, { service: 'php' })
    await unseen.close()
  })

  test('fits windows of 320 to 2560 pixels', async () => {
    for (const hash of ['#/', '#/instance/%2Fsrv%2Fprojects%2Fgroup-0%2Fproject-0']) {
      await page.evaluate((to) => {
        location.hash = to
      }, hash)
      for (const width of [320, 768, 1_280, 2_560]) {
        await page.setViewportSize({ width, height: 800 })
        await expectNoSidewaysScroll(page)
      }
    }
    await page.getByText('the folder no longer exists').waitFor({ state: 'detached' })
  })

  test('says that the registry does not answer, and goes on by itself when it is back', async () => {
    await page.evaluate(() => {
      location.hash = '#/'
    })
    const generations = join(home.folder, 'generations')
    renameSync(generations, `${generations}.away`)
    writeFileSync(generations, '')
    await page.getByText('The registry does not answer.').waitFor()
    await page.getByRole('heading', { level: 1, name: `Projects ${PROJECTS + 1}` }).waitFor()
    renameSync(generations, `${generations}.file`)
    renameSync(`${generations}.away`, generations)
    await page.getByText('The registry does not answer.').waitFor({ state: 'detached' })
    await home.registry.clearAll()
    await page.getByText('No project has a port, a container or a run.').waitFor()
    expect(errors).toEqual([])
  })
})

/** Presses Tab until what has this name has the focus. */
async function tabTo(page: Page, name: string): Promise<void> {
  for (let presses = 0; presses < 80; presses += 1) {
    await page.keyboard.press('Tab')
    if ((await focused(page)) === name) return
  }
  throw new Error(`No Tab leads to ${name}.`)
}

function focused(page: Page): Promise<string | undefined> {
  return page.evaluate(() => document.activeElement?.textContent?.trim())
}
