import type { RunnerTask, RunnerTestCase } from 'vitest'
import { afterEach, beforeEach } from 'vitest'
import type { ProvidedInstance } from './provided-iris.ts'

/** Copying a large database takes its time, in ms. */
const LIMIT_MS = 15 * 60_000

/** Has a copy kept of each of the worker's namespaces as a failed test left them, and says where on the test's standard error. */
export function keepOnFailure(holder: string, irises: readonly ProvidedInstance[]): void {
  const kept = irises.filter(({ onFailure }) => onFailure === 'keep')
  if (kept.length === 0) return
  const done = new WeakSet<RunnerTestCase>()
  const keep = async (test: RunnerTestCase) => {
    if (!hasFailed(test) || done.has(test)) return
    done.add(test)
    const { keepNamespace } = await import('@iris-devtester/core/run')
    for (const { port, namespace } of kept) {
      console.error(await keepNamespace(holder, { port, namespace, test: nameOf(test) }))
    }
  }
  // Before the fixtures are cleaned up; the test's own hooks, which may fail as well, have run by then.
  afterEach(({ task }) => keep(task as RunnerTestCase), LIMIT_MS)
  beforeEach(({ task, onTestFailed }) => onTestFailed(() => keep(task as RunnerTestCase), LIMIT_MS))
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
