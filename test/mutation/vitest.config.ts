import { defineConfig } from 'vitest/config'

/** The tests that judge mutants of the port registry: those that need neither Docker nor a second process per assertion. */
export default defineConfig({
  test: {
    include: [
      'packages/core/src/{ports,process}/**/*.test.ts',
      'test/contract/port-registry{-changes,-doctor,-edges,-held,-services,}.test.ts',
    ],
    testTimeout: 30_000,
  },
})
