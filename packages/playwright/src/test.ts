import { test as base } from '@playwright/test'
import { type IrisTestFixtures, type IrisWorkerFixtures, irisFixtures } from './fixtures.ts'

export { expect } from '@playwright/test'

/** Playwright's `test` with the fixture `iris` and the options beside it. */
export const test = base.extend<IrisTestFixtures, IrisWorkerFixtures>(irisFixtures())
