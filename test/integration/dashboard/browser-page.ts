import { type Browser, chromium, type Page } from '@playwright/test'
import axe from 'axe-core'
import { expect } from 'vitest'

/** The browser that the machine has. */
export function startBrowser(): Promise<Browser> {
  const executablePath = process.env.IRIS_TEST_CHROMIUM ?? '/usr/bin/chromium'
  return chromium.launch({ executablePath, args: ['--no-sandbox'] })
}

/** Opens the page, in a profile of its own, and notes what goes wrong in it and where it goes. */
export async function openPage(browser: Browser, url: string, options: Parameters<Browser['newContext']>[0] = {}) {
  const context = await browser.newContext({ permissions: ['clipboard-read', 'clipboard-write'], ...options })
  context.setDefaultTimeout(15_000)
  const page = await context.newPage()
  const errors: string[] = []
  const requests: string[] = []
  page.on('pageerror', (error) => errors.push(error.message))
  page.on('console', (message) => {
    // What the server refuses is told on the page, and what it doesn't answer while it is away.
    const isAnswer = /Failed to load resource|ERR_(CONNECTION|INCOMPLETE)/.test(message.text())
    if (message.type() === 'error' && !isAnswer) errors.push(message.text())
  })
  page.on('request', (request) => requests.push(request.url()))
  await page.goto(url)
  return { page, errors, requests, close: () => context.close() }
}

/** What axe finds wrong on the page; nothing should be. */
export async function problemsOf(page: Page): Promise<string[]> {
  // Over the debugger's protocol, which the page's policy has no say in.
  await page.evaluate(axe.source)
  const violations = await page.evaluate(async () => {
    const { violations } = await (globalThis as unknown as { axe: typeof axe }).axe.run()
    return violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html.slice(0, 200)).join(' | ')}`)
  })
  return violations
}

/** Whether something is wider than the window, so that one has to scroll sideways. */
export async function expectNoSidewaysScroll(page: Page): Promise<void> {
  const [wide, window] = await page.evaluate(() => {
    const { scrollWidth, clientWidth } = document.documentElement
    return [scrollWidth, clientWidth] as const
  })
  expect(wide).toBeLessThanOrEqual(window)
}
