import { fileURLToPath } from 'node:url'

/** The built modules a Jest configuration names. */
export const ENTRIES = {
  node: entry('index'),
  jsdom: entry('jsdom'),
  hooks: {
    globalSetup: entry('global-setup'),
    globalTeardown: entry('global-teardown'),
    testResultsProcessor: entry('results-processor'),
  },
}

function entry(name: string): string {
  return fileURLToPath(new URL(`./${name}.cjs`, import.meta.url))
}
