import { existsSync } from 'node:fs'
import { appPort, irisServer } from '@iris-devtester/playwright'
import { defineConfig } from '@playwright/test'

const port = await appPort('node')

/** A browser of the system's; without one, Playwright uses its own (`npx playwright install chromium`). */
const chromium = process.env.PLAYWRIGHT_CHROMIUM ?? (existsSync('/usr/bin/chromium') ? '/usr/bin/chromium' : undefined)

export default defineConfig({
  testDir: 'test',
  reporter: 'list',
  use: {
    baseURL: `http://localhost:${port}`,
    launchOptions: chromium ? { executablePath: chromium } : {},
  },
  webServer: [
    // All workers look at the same application, so they share its namespace.
    irisServer({ isolation: 'run' }),
    { name: 'app', command: 'node src/server.ts', port, env: { PORT: String(port) } },
  ],
})
