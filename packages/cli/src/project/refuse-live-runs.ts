import type { LeaseRecord } from '@iris-devtester/core/ports'
import { projectName } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'
import { runJson } from './json-views.ts'

/**
 * Refuses to take something away from runs that use it.
 *
 * @param what is refused, as a sentence's beginning: `The ports are not released`.
 * @throws CliError `RUNS_ARE_LIVE`
 */
export function refuseLiveRuns(runs: readonly LeaseRecord[], what: string): void {
  if (runs.length === 0) return
  const list = runs.map(
    ({ runner, process, project_path }) => `  ${runner} (pid ${process.pid}) in ${projectName(project_path)}`,
  )
  throw new CliError({
    code: 'RUNS_ARE_LIVE',
    message: `${what}: ${runs.length === 1 ? 'a run is' : 'runs are'} live.\n${list.join('\n')}`,
    hint: 'Wait for them to end, or continue anyway: --force',
    details: { runs: runs.map(runJson) },
  })
}
