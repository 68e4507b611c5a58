import { expect, test } from 'vitest'
import { PLAYWRIGHT, playwrightProject } from '../../integration/playwright/playwright-project.ts'

/** The oldest Playwright that a server can tell where IRIS is: everything again, with it. */
process.env.IRIS_TEST_PLAYWRIGHT = 'playwright-1.57'

test('is the version that is meant', async () => {
  using project = playwrightProject({})

  const { output } = await project.start(PLAYWRIGHT, ['--version'], {}).ended

  expect(output).toContain('1.57.0')
})

await import('../../integration/playwright/playwright-adapter.test.ts')
await import('../../integration/playwright/example.test.ts')
