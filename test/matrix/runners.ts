/** A version of a runner, by its name in this workspace, and what to run with it. */
export interface Runner {
  readonly name: string
  /** The environment variable that names the version to the tests. */
  readonly variable: string
  readonly files: readonly string[]
}

const JEST = [
  'test/integration/jest/jest-adapter',
  'test/integration/jest/jest-projects',
  'test/integration/jest/with-iris',
  'test/matrix/jest/',
]

/** The oldest and the newest version that each adapter supports, and what lies between. */
export const RUNNERS: readonly Runner[] = [
  ...['vitest-3', 'vitest-4', 'vitest'].map((name) => runner(name, 'IRIS_TEST_VITEST', ['test/integration/vitest/'])),
  ...['jest-29', 'jest-30'].map((name) => runner(name, 'IRIS_TEST_JEST', JEST)),
  ...['playwright-1.57', '@playwright/test'].map((name) =>
    runner(name, 'IRIS_TEST_PLAYWRIGHT', ['test/integration/playwright/']),
  ),
]

function runner(name: string, variable: string, files: readonly string[]): Runner {
  return { name, variable, files: ['test/integration/consumer/', ...files] }
}
