import { relative } from 'node:path'
import type { FailedIn } from '@iris-devtester/core/run'
import type { CircusTest } from './environment-class.ts'
import { type Connections, publishedRun } from './published-run.ts'

/** Where `jest-circus` notes how often a failed test is run once more. */
const RETRY_TIMES = Symbol.for('RETRY_TIMES')

/** Whether a test that is done has failed for good. */
export function hasFailed({ errors, invocations }: CircusTest, global: object): boolean {
  const retries = Number((global as Record<symbol, unknown>)[RETRY_TIMES]) || 0
  return errors.length > 0 && invocations > retries
}

/** A test as people know it: its file, its blocks, its name. */
export function nameOf(test: CircusTest, testPath: string, rootDir: string): string {
  const names = [test.name]
  // The outermost block is the file itself.
  for (let block = test.parent; block?.parent; block = block.parent) names.unshift(block.name)
  return [relative(rootDir, testPath), ...names].join(' > ')
}

/** Has copies kept of a test file's namespaces as a failed test left them, and gives the lines that say where. */
export async function keepOnFailure(connections: Connections, test: string): Promise<string[]> {
  const several = Object.values(connections.instances)
  const kept = (several.length > 0 ? several : [connections]).filter(({ onFailure }) => onFailure === 'keep')
  const said: string[] = []
  for (const { info } of kept) {
    const failed = { port: info.port, namespace: info.namespace, test }
    said.push(await (connections.keep ?? keepInRun)(failed))
  }
  return said
}

async function keepInRun(failed: FailedIn): Promise<string> {
  const { keepNamespace } = await import('@iris-devtester/core/run')
  return await keepNamespace(publishedRun()?.holder ?? '', failed)
}
