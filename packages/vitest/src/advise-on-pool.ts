import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { TestProject } from 'vitest/node'

const OFFICIAL_DRIVER = '@intersystems/intersystems-iris-native'

/** InterSystems' own driver is a native addon that fails now and then in worker threads, and never in forked processes. */
export function adviseOnPool(project: TestProject): void {
  const { pool, root } = project.config
  if (pool !== 'threads' && pool !== 'vmThreads') return
  if (!dependenciesOf(root).includes(OFFICIAL_DRIVER)) return
  project.vitest.logger.warn(
    `IRIS warning  ${OFFICIAL_DRIVER} is unreliable in worker threads; set test.pool to 'forks'.`,
  )
}

function dependenciesOf(root: string): string[] {
  try {
    const { dependencies, devDependencies } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'))
    return Object.keys({ ...dependencies, ...devDependencies })
  } catch {
    // Without a readable manifest there is nothing to advise on.
    return []
  }
}
