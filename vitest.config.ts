import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/** A start takes the stand-in half a second, and a real IRIS half a minute; in ms. */
const TIMEOUT = process.env.IRIS_IMAGE ? 900_000 : 120_000

/** Tests run our packages' sources, as the paths of tsconfig.json say, so that a stale build can't mislead. */
const alias = [
  { find: /^@iris-devtester\/core$/, replacement: path('packages/core/src/index.ts') },
  { find: /^@iris-devtester\/core\/(\w+)$/, replacement: path('packages/core/src/$1/index.ts') },
  { find: /^@iris-devtester\/postgres$/, replacement: path('packages/postgres/src/index.ts') },
]

function path(inRoot: string): string {
  return fileURLToPath(new URL(inRoot, import.meta.url))
}

export default defineConfig({
  resolve: { alias },
  test: {
    coverage: {
      provider: 'v8',
      include: ['packages/*/src/**/*.ts'],
      exclude: ['**/*.test.ts', '**/index.ts'],
      reporter: ['json'],
      reportOnFailure: true,
    },
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src/**/*.test.ts', 'test/{setup,demo,docs,imports,workflows,real}/**/*.test.ts'],
          setupFiles: ['test/coverage/child-setup.ts'],
          // Some start processes, which takes its time on a busy machine.
          testTimeout: 30_000,
        },
      },
      {
        // These share the machine's ports and engine: each worker has ranges of ports of its own, and more would wait for the engine.
        extends: true,
        test: {
          name: 'machine',
          include: ['test/{contract,integration,faults,stand-in}/**/*.test.ts'],
          setupFiles: ['test/coverage/child-setup.ts', 'test/machine/use-port-ranges.ts'],
          maxWorkers: 3,
          sequence: { groupOrder: 1 },
          globalSetup: ['test/machine/remove-leftovers.ts'],
          testTimeout: TIMEOUT,
          hookTimeout: TIMEOUT,
          // A busy machine takes longer than Vitest's second.
          expect: { poll: { timeout: 30_000 } },
        },
      },
      {
        // What takes long and is about the versions of a runner: `npm run test:matrix`.
        extends: true,
        test: {
          name: 'matrix',
          include: ['test/matrix/**/*.test.ts'],
          fileParallelism: false,
          globalSetup: ['test/machine/remove-leftovers.ts'],
          testTimeout: TIMEOUT,
          hookTimeout: TIMEOUT,
        },
      },
    ],
  },
})
