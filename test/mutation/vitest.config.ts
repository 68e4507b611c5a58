import { defineConfig } from 'vitest/config'

/** The tests that judge mutants of the port registry: those that need neither Docker nor many processes. */
export default defineConfig({
  test: {
    exclude: ['test/contract/port-registry-engine.test.ts'],
    include: ['packages/core/src/{ports,process}/**/*.test.ts', 'test/contract/port-registry*.test.ts'],
    testTimeout: 30_000,
  },
})
