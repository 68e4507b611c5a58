import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'

/**
 * `vitest list` runs global set-ups in Vitest 3 and 4, though it runs no test. Vitest's own parser tells the command from an
 * option's value.
 */
export async function isListing(argv: readonly string[] = process.argv): Promise<boolean> {
  const words = argv.slice(2)
  if (!words.includes('list')) return false
  const { parseCLI } = await import('vitest/node')
  // Behind a first word that is no command, the command is the second of the words that aren't an option's.
  return parseCLI(['vitest', 'no-command', ...words], { allowUnknownOptions: true }).filter[1] === 'list'
}

/** Whether the project's tests run in a browser. */
export function isInBrowser({ config }: TestProject): boolean {
  return config.browser?.enabled === true
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
 * Puts our worker set-up before the project's own files: it tells each worker its namespace before the code under test is
 * imported. Other projects of the run stay as they are.
 */
export function addWorkerSetup({ config }: TestProject): void {
  const file = fileURLToPath(new URL('./worker-setup.js', import.meta.url))
  if (!config.setupFiles.includes(file)) config.setupFiles.unshift(file)
}

/** Whether tests of the project run: the root of a run with projects has a set-up, but no tests. */
export function hasTests(project: TestProject): boolean {
  return project.vitest.projects.includes(project)
}

/** Whether every project of the run uses IRIS, by its plugin's options or its global set-up. */
export function isUsedByAll({ vitest }: TestProject, optionsKey: string, globalSetup: string): boolean {
  return vitest.projects.every(({ config }) => {
    const { provide, globalSetup: own = [] } = config as { provide?: object; globalSetup?: string | readonly string[] }
    return Object.hasOwn(provide ?? {}, optionsKey) || [own].flat().includes(globalSetup)
  })
}
