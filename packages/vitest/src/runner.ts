import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

/** `vitest list` runs global set-ups in Vitest 3 and 4, though it runs no test. */
export function isListing(argv: readonly string[] = process.argv): boolean {
  return argv.slice(2).find((word) => !word.startsWith('-')) === 'list'
}

/** How many workers may run at once, by what Vitest's resolved configuration says: Vitest 3 keeps it with the pool. */
export function workersOf(config: TestProject['vitest']['config']): number {
  const { maxWorkers, pool, poolOptions } = config as {
    maxWorkers?: number | string
    pool?: string
    poolOptions?: Record<
      string,
      { maxForks?: number; maxThreads?: number; singleFork?: boolean; singleThread?: boolean }
    >
  }
  const own = poolOptions?.[pool ?? 'forks']
  if (own?.singleFork || own?.singleThread) return 1
  const most = own?.maxForks ?? own?.maxThreads ?? maxWorkers
  if (typeof most === 'string' && most.endsWith('%')) {
    return Math.max(1, Math.floor((Number.parseInt(most, 10) / 100) * availableParallelism()))
  }
  const number = Number(most)
  return Number.isSafeInteger(number) && number > 0 ? number : Math.max(1, availableParallelism() - 1)
}

/**
 * Puts our worker set-up before the user's own files, in every project: it tells each worker its namespace before the
 * code under test is imported.
 */
export function addWorkerSetup(project: TestProject): void {
  const file = fileURLToPath(new URL('./worker-setup.js', import.meta.url))
  for (const one of new Set([project, ...project.vitest.projects])) {
    const { setupFiles } = one.config
    if (!setupFiles.includes(file)) setupFiles.unshift(file)
  }
}
