import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import type { TestProject } from 'vitest/node'
import type { IrisOptions } from './iris-options.ts'
import { type IrisPlugin, OPTIONS_KEY, PLUGIN_NAME } from './plugin.ts'

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

/** Vitest runs what has this ending itself. What it leaves to Node, as all else of a package, runs once in a worker. */
const RUN_BY_VITEST = '?init'

/**
 * Puts our worker set-up before the project's own files: it tells each worker its namespace before the code under test is
 * imported, also where a worker keeps its modules from one file to the next. Other projects of the run stay as they are.
 */
export function addWorkerSetup({ config }: TestProject): void {
  const file = fileURLToPath(new URL('./worker-setup.js', import.meta.url)) + RUN_BY_VITEST
  if (!config.setupFiles.includes(file)) config.setupFiles.unshift(file)
}

/** How many workers of projects with IRIS may run at once. Since Vitest 4, each project says so itself. */
export function workersOfRun({ vitest }: TestProject, globalSetup: string): number {
  const { config, projects, version } = vitest
  if (Number.parseInt(version, 10) < 4) return workersOf(config)
  const own = projects
    .filter((one) => usesIris(one, globalSetup))
    .map((one) => workersOf({ ...one.config, maxWorkers: one.config.maxWorkers || config.maxWorkers } as never))
  return own.length === 0 ? workersOf(config) : Math.max(...own)
}

/**
 * The projects of the run that a set-up is for: the one it is called with, or, where that is the configuration around
 * projects, which has no tests, those that have its plugin from it. In Vitest 5 these inherit the plugin, but neither the
 * set-up nor the values that it adds; and a browser's instances leave their set-up to the project that declares them.
 */
export function projectsOf(project: TestProject, globalSetup: string): TestProject[] {
  const { projects } = project.vitest
  if (projects.includes(project) || !project.isRootProject()) return [project]
  return projects.filter((one) => {
    const isInstance = (one as { readonly _parent?: TestProject })._parent === project
    return pluginOf(one) !== undefined && (isInstance || !hasSetup(one, globalSetup))
  })
}

/** The options of the project's plugin, or of the `provide` of its configuration. */
export function optionsOf(project: TestProject): IrisOptions | undefined {
  const { provide } = project.config as { provide?: Readonly<Record<string, unknown>> }
  return (provide?.[OPTIONS_KEY] as IrisOptions | undefined) ?? pluginOf(project)?.api.options
}

/** Whether every project of the run uses IRIS, by its plugin or its global set-up. */
export function isUsedByAll({ vitest }: TestProject, globalSetup: string): boolean {
  return vitest.projects.every((one) => usesIris(one, globalSetup))
}

function usesIris(project: TestProject, globalSetup: string): boolean {
  return optionsOf(project) !== undefined || hasSetup(project, globalSetup)
}

function pluginOf({ vite }: TestProject): IrisPlugin | undefined {
  return vite.config.plugins.find(({ name }) => name === PLUGIN_NAME) as unknown as IrisPlugin | undefined
}

function hasSetup({ config }: TestProject, globalSetup: string): boolean {
  return [config.globalSetup ?? []].flat().includes(globalSetup)
}
