import type { AcquiredIris } from '@iris-devtester/core'
import type { Reporter, TestProject } from 'vitest/node'

const TAIL_LINES = 20
const SHOWN = Symbol.for('iris-devtester.log-reporter')

/** Marked with the name of the container whose log it shows. */
type LogReporter = Reporter & { readonly [SHOWN]?: string }

/**
 * After a run with a failed test file, shows the last lines of the containers' logs, each once, beside the user's own
 * reporters.
 *
 * @returns what takes the reporters away again.
 */
export function showLogOnFailure({ vitest }: TestProject, all: readonly AcquiredIris[]): () => void {
  // Vitest types its list of reporters as internal, but reads it at every event.
  const { reporters } = vitest as unknown as { reporters: LogReporter[] }
  const added: LogReporter[] = []
  for (const iris of all) {
    const name = iris.container?.name
    if (name === undefined || reporters.some((one) => one[SHOWN] === name)) continue
    const reporter = logReporter(iris, name, (text) => vitest.logger.error(text))
    reporters.push(reporter)
    added.push(reporter)
  }
  return () => {
    for (const one of added) reporters.splice(reporters.indexOf(one), 1)
  }
}

function logReporter(iris: AcquiredIris, name: string, write: (text: string) => void): LogReporter {
  return {
    [SHOWN]: name,
    async onTestRunEnd(modules) {
      if (!modules.some((one) => one.state() === 'failed')) return
      // The test has failed already: a log that can't be read only leaves the report shorter.
      const tail = await iris.logTail(TAIL_LINES).catch(() => [])
      if (tail.length === 0) return
      write(`\nIRIS log  ${name}, last ${tail.length} lines:\n${tail.map((line) => `  | ${line}`).join('\n')}`)
    },
  }
}
