import { runState } from './run-state.ts'

/** Jest's results processor: after a run with a failed test file, shows the last lines of the container's log. */
export default function processResults<Results extends { readonly numFailedTestSuites: number }>(results: Results) {
  const { logTail = [] } = runState()
  if (results.numFailedTestSuites > 0 && logTail.length > 0)
    console.error(`\nIRIS log  last ${logTail.length} lines:\n${logTail.map((line) => `  | ${line}`).join('\n')}`)
  return results
}
