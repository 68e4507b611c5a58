import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { VITEST, vitestProject } from '../integration/vitest/vitest-project.ts'
import { reportAddedTime } from './added-time.ts'

/** What `vitest run` with one trivial test takes longer with the adapter, on a warm container. */
export async function bench(): Promise<void> {
  await using home = new RegistryHome()
  using bare = vitestProject({ 'vitest.config.ts': BARE, 'one.test.ts': TRIVIAL })
  using plugged = vitestProject({ 'one.test.ts': TRIVIAL })
  using fixtures = vitestProject({ 'one.test.ts': WITH_IRIS })
  const command = { program: VITEST, args: ['run'], env: home.env }
  await reportAddedTime('vitest run with the plugin', command, bare, plugged)
  await reportAddedTime('vitest run with a test that asks IRIS', command, bare, fixtures)
}

const BARE = `import { defineConfig } from 'vitest/config'; export default defineConfig({})`
const TRIVIAL = `import { test } from 'vitest'; test('trivial', () => {})`
const WITH_IRIS = `import { test } from '@iris-devtester/vitest/test'; test('trivial', async ({ sql }) => { await sql('SELECT 1') })`
