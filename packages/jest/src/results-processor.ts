import { userHooks } from './call-hooks.ts'
import { runState } from './run-state.ts'

interface Results {
  readonly numFailedTestSuites: number
}

/** Jest's results processor: after a run with a failed test file, shows the last lines of the container's log. */
export default async function processResults(results: Results): Promise<unknown> {
  const { logTail = [] } = runState()
  if (results.numFailedTestSuites > 0 && logTail.length > 0) {
    console.error(`\nIRIS log  last ${logTail.length} lines:\n${logTail.map((line) => `  | ${line}`).join('\n')}`)
  }
  let processed: unknown = results
  for (const hook of await userHooks('testResultsProcessor', process.cwd())) processed = await hook(processed)
  return processed
}
