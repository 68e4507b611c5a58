import { join } from 'node:path'

const EXAMPLES = join(import.meta.dirname, '../../examples')

/** A project of the demonstration: a copy of an example, and how its tests are run. */
export interface DemoProject {
  readonly name: string
  /** The example's folder. */
  readonly example: string
  /** The test runner's program below the copy's `node_modules`, and its arguments. */
  readonly program: string
  readonly arguments: readonly string[]
  readonly needsBrowser?: true
}

/** Two copies of one project, as with two worktrees, and a project for each of the other runners. */
export const DEMO_PROJECTS: readonly DemoProject[] = [
  { name: 'patients-a', ...vitest() },
  { name: 'patients-b', ...vitest() },
  { name: 'orders', example: join(EXAMPLES, 'jest'), program: 'jest/bin/jest.js', arguments: [] },
  {
    name: 'appointments',
    example: join(EXAMPLES, 'playwright'),
    program: '@playwright/test/cli.js',
    arguments: ['test'],
    needsBrowser: true,
  },
]

function vitest(): Omit<DemoProject, 'name'> {
  return { example: join(EXAMPLES, 'vitest'), program: 'vitest/vitest.mjs', arguments: ['run', '--maxWorkers=2'] }
}
