import { existsSync, readdirSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { aptInstall } from './apt.mjs'
import { say } from './step.mjs'
import { findProgram, isDebian, thisSystem } from './system.mjs'
import { root } from './workspace.mjs'

/** Whether anything in the workspace drives a browser. */
export function needsBrowser() {
  return existsSync(join(root, 'examples/playwright/package.json'))
}

/**
 * Sees to it that there is a Chromium for the Playwright example. As root on Debian or Ubuntu it is installed, unless
 * `IRIS_DEVTESTER_INSTALL_BROWSER=0`; elsewhere the line says how to get one and everything else goes on.
 *
 * @returns {Promise<import('./step.mjs').Outcome>}
 */
export async function provideBrowser(env = process.env, system = thisSystem()) {
  const found = findBrowser(env)
  if (found) return { already: true, what: found }
  if (env.IRIS_DEVTESTER_INSTALL_BROWSER === '0' || !system.administrator || !isDebian(system)) {
    return { already: true, what: 'none found; the Playwright example needs one: npx playwright install chromium' }
  }
  say('No Chromium here. Installing it with apt-get; to forbid that: IRIS_DEVTESTER_INSTALL_BROWSER=0')
  await aptInstall(['chromium'])
  return { already: false, what: `installed ${findBrowser(env) ?? 'chromium'}` }
}

/**
 * A browser of this system or one that Playwright downloaded.
 * @param {NodeJS.ProcessEnv} env
 */
export function findBrowser(env) {
  const program = findProgram(['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable'], env)
  if (program) return program
  const cache =
    env.PLAYWRIGHT_BROWSERS_PATH ?? join(homedir(), playwrightCache[process.platform] ?? '.cache/ms-playwright')
  if (!existsSync(cache)) return undefined
  const folder = readdirSync(cache).find((name) => name.startsWith('chromium'))
  return folder && join(cache, folder)
}

/** @type {Partial<Record<NodeJS.Platform, string>>} */
const playwrightCache = { darwin: 'Library/Caches/ms-playwright', win32: 'AppData/Local/ms-playwright' }
