import { relative } from 'node:path'
import type { TestInfo } from '@playwright/test'

/** Whether a test has failed and isn't run once more. */
export function hasFailed({ status, expectedStatus, retry, project }: TestInfo): boolean {
  return status !== expectedStatus && status !== 'skipped' && status !== 'interrupted' && retry >= project.retries
}

/** A test as people know it: its file, its blocks, its name. */
export function nameOf({ titlePath, file, config }: TestInfo): string {
  // The first is the file as the configuration's `testDir` sees it.
  return [relative(config.rootDir, file), ...titlePath.slice(1)].join(' > ')
}
