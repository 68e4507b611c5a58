import type { AcquiredIris } from '@iris-devtester/core'
import type { Reporter, TestProject } from 'vitest/node'

const TAIL_LINES = 20
const SHOWN = Symbol.for('iris-devtester.log-reporter')

/**
 * After a run with a failed test file, shows the last lines of the container's log, once, beside the user's own reporters.
 *
 * @returns what takes the reporter away again.
 */
export function showLogOnFailure(project: TestProject, iris: AcquiredIris): () => void {
  const { vitest } = project
  // Vitest types its list of reporters as internal, but reads it at every event.
  const { reporters } = vitest as unknown as { reporters: (Reporter & { [SHOWN]?: true })[] }
  if (iris.container === undefined || reporters.some((one) => one[SHOWN])) return () => {}
  const { name } = iris.container
  const reporter: Reporter & { [SHOWN]: true } = {
    [SHOWN]: true,
    async onTestRunEnd(modules) {
      if (!modules.some((one) => one.state() === 'failed')) return
      // The test has failed already: a log that can't be read only leaves the report shorter.
      const tail = await iris.logTail(TAIL_LINES).catch(() => [])
      if (tail.length === 0) return
      vitest.logger.error(
        `\nIRIS log  ${name}, last ${tail.length} lines:\n${tail.map((line) => `  | ${line}`).join('\n')}`,
      )
    },
  }
  reporters.push(reporter)
  return () => {
    reporters.splice(reporters.indexOf(reporter), 1)
  }
}
