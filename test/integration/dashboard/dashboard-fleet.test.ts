import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CommandLine } from '../cli/command-line.ts'
import { FleetHome } from '../fleet/fleet-home.ts'
import { openPage, problemsOf, startBrowser } from './browser-page.ts'
import { DashboardProcess } from './dashboard-process.ts'

test('where several machines share a registry, the page shows their projects by machine, and what changes on any', async () => {
  await using home = await FleetHome.create()
  const folder = join(home.folder, 'shop')
  mkdirSync(folder)
  const [one, other] = [home.open('builder-1'), home.open('builder-2')]
  await one.setRange('system', [2650, 2699])
  const first = await one.assignPort(folder, { service: 'node' })
  using line = new CommandLine(home.env('builder-1'))
  await using dashboard = await DashboardProcess.start(line)
  const browser = await startBrowser()
  try {
    const { page, errors } = await openPage(browser, dashboard.url)
    const own = page.getByRole('region', { name: 'Machine builder-1' })
    await own.getByRole('heading', { name: 'builder-1 (this machine)' }).waitFor()
    expect(await own.getByRole('list', { name: 'Ports', exact: true }).textContent()).toContain(String(first.port))
    const second = await other.assignPort(folder, { service: 'node' })
    const others = page.getByRole('region', { name: 'Machine builder-2' })
    await others.getByText(String(second.port)).waitFor({ timeout: 5_000 })
    expect(second.port).not.toBe(first.port)
    const node = page.getByRole('region', { name: 'Ports of node', exact: true })
    expect(await node.textContent()).toContain(
      `${second.port} assigned ${folder.split('/').slice(-2).join('/')} on builder-2`,
    )
    expect(await problemsOf(page)).toEqual([])
    expect(await page.content()).not.toContain(home.server.url())
    await others.getByRole('link', { name: 'shop' }).click()
    await page.getByText(`${folder} on builder-2`).waitFor()
    await page.getByRole('button', { name: 'Release ports …' }).click()
    await page.getByRole('button', { name: 'Release the ports' }).click()
    await page.getByText(`released node ${second.port}: requested`).waitFor()
    expect(errors).toEqual([])
  } finally {
    await browser.close()
    await Promise.all([one.close(), other.close()])
  }
})
