import type { ConsumerProject } from '../integration/consumer/consumer-project.ts'
import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { configuration, PLAYWRIGHT, playwrightProject } from '../integration/playwright/playwright-project.ts'
import { compare } from './measure.ts'

/** What `playwright test` with one trivial test takes longer with the adapter, on a warm container. */
export async function bench(): Promise<void> {
  await using home = new RegistryHome()
  using bare = playwrightProject({ 'playwright.config.ts': configuration({ server: '' }), 'one.spec.ts': TRIVIAL })
  using served = playwrightProject({ 'playwright.config.ts': configuration(), 'one.spec.ts': WITH_IRIS })
  using lazy = playwrightProject({ 'playwright.config.ts': configuration({ server: '' }), 'one.spec.ts': WITH_IRIS })
  const run = async (project: ConsumerProject) => {
    const { exitCode, output } = await project.start(PLAYWRIGHT, ['test'], home.env).ended
    if (exitCode !== 0) throw new Error(output)
  }
  for (const [name, project] of [
    ['playwright test with irisServer()', served],
    ['playwright test that only imports test', lazy],
  ] as const) {
    const { floor, work } = await compare(
      7,
      () => run(bare),
      () => run(project),
    )
    const added = work.median - floor.median
    console.log(`${name.padEnd(58)} +${added.toFixed(0)} ms   aim ≤ 300 ms   over ${floor.median.toFixed(0)} ms`)
  }
}

const TRIVIAL = `import { test } from '@playwright/test'; test('trivial', () => {})`
const WITH_IRIS = `import { test } from '@iris-devtester/playwright'; test('trivial', async ({ iris }) => { await iris.sql('SELECT 1') })`
