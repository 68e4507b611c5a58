import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { configuration, PLAYWRIGHT, playwrightProject } from '../integration/playwright/playwright-project.ts'
import { reportAddedTime } from './added-time.ts'

/** What `playwright test` with one trivial test takes longer with the adapter, on a warm container. */
export async function bench(): Promise<void> {
  await using home = new RegistryHome()
  using bare = playwrightProject({ 'playwright.config.ts': configuration({ server: '' }), 'one.spec.ts': TRIVIAL })
  using served = playwrightProject({ 'playwright.config.ts': configuration(), 'one.spec.ts': WITH_IRIS })
  using lazy = playwrightProject({ 'playwright.config.ts': configuration({ server: '' }), 'one.spec.ts': WITH_IRIS })
  const command = { program: PLAYWRIGHT, args: ['test'], env: home.env }
  await reportAddedTime('playwright test with irisServer()', command, bare, served)
  await reportAddedTime('playwright test that only imports test', command, bare, lazy)
}

const TRIVIAL = `import { test } from '@playwright/test'; test('trivial', () => {})`
const WITH_IRIS = `import { test } from '@iris-devtester/playwright'; test('trivial', async ({ iris }) => { await iris.sql('SELECT 1') })`
