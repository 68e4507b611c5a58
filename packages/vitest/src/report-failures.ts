import { describeStatements, takeStatements } from '@iris-devtester/core/connection'
import type { RunnerTask, RunnerTestCase } from 'vitest'
import { afterEach, beforeEach } from 'vitest'
import type { ProvidedInstance } from './provided-iris.ts'

/** Copying a large database takes its time, in ms. */
const LIMIT_MS = 15 * 60_000

/** How many of a failed test's last statements its output shows. */
const SHOWN_STATEMENTS = 10

/**
 * Shows on a failed test's standard error what it has last asked of IRIS; where the run asks for it, has a copy kept of each of
 * the worker's namespaces as the test left them, and shows where they are.
 */
export function reportFailures(holder: string, irises: readonly ProvidedInstance[]): void {
  const kept = irises.filter(({ onFailure }) => onFailure === 'keep')
  const done = new WeakSet<RunnerTestCase>()
  const report = async (test: RunnerTestCase) => {
    if (!hasFailed(test) || done.has(test)) return
    done.add(test)
    const statements = describeStatements(takeStatements(), SHOWN_STATEMENTS)
    if (statements !== '') console.error(statements)
    if (kept.length === 0) return
    const { keepNamespace } = await import('@iris-devtester/core/run')
    for (const { port, namespace } of kept) {
      console.error(await keepNamespace(holder, { port, namespace, test: nameOf(test) }))
    }
  }
  beforeEach(({ task, onTestFailed }) => {
    takeStatements()
    onTestFailed(() => report(task as RunnerTestCase), LIMIT_MS)
  })
  // Before the fixtures are cleaned up; the test's own hooks, which may fail as well, have run by then.
  afterEach(({ task }) => report(task as RunnerTestCase), LIMIT_MS)
}

/** A test that is run once more, or is expected to fail, hasn't failed. */
function hasFailed({ result, retry, fails }: RunnerTestCase): boolean {
  const retries = typeof retry === 'object' ? (retry.count ?? 0) : (retry ?? 0)
  return result?.state === 'fail' && !fails && (result.retryCount ?? 0) >= retries
}

function nameOf(test: RunnerTestCase): string {
  const names = [test.name]
  for (let one: RunnerTask | undefined = test.suite; one; one = one.suite) names.unshift(one.name)
  return [test.file.name, ...names].join(' > ')
}
