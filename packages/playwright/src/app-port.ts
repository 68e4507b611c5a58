import { statSync } from 'node:fs'
import { homedir } from 'node:os'
import { dirname, resolve } from 'node:path'
import type { ServiceName } from '@iris-devtester/core/ports'

/** What an application's port is for; each has a range of its own, `node` 3000–3999. */
export type AppService = Exclude<ServiceName, 'iris' | 'iris-web' | 'system'>

/**
 * The port that is reserved for the project's application: the same one in every run, every worker, and no other
 * project's. It stays the project's until it's given back (`npx @iris-devtester/cli ports release`) or the folder is deleted.
 *
 * @param options.projectPath absolute. Default: `IRIS_PROJECT_PATH`, else the folder of the configuration.
 * @throws PortRegistryError: each says what happened, why, and which command to run.
 */
export async function appPort(service: AppService = 'node', options: { projectPath?: string } = {}): Promise<number> {
  const variable = `IRIS_DEVTESTER_PORT_${service.toUpperCase()}`
  const wanted = namedProject(process.env) || options.projectPath || ''
  // The configuration is evaluated again in each worker, whose parent is the runner.
  for (const runner of [process.pid, process.ppid]) {
    const [, port] = process.env[variable]?.split(`${runner} ${wanted} `) ?? []
    if (port) return Number(port)
  }
  const { PortRegistry } = await import('@iris-devtester/core/ports')
  const projectPath = wanted || configFolder(process.argv, process.cwd())
  const { port } = await new PortRegistry().assignPort(projectPath, { service })
  process.env[variable] = `${process.pid} ${wanted} ${port}`
  return port
}

/** Where the configuration is that is being evaluated, by the runner's command line. */
export function configFolder(argv: readonly string[], cwd: string): string {
  const at = argv.findIndex((word) => /^(-c|--config)(=|$)/.test(word))
  const path = resolve(cwd, (at < 0 ? undefined : (argv[at]?.split('=')[1] ?? argv[at + 1])) ?? '.')
  return statSync(path, { throwIfNoEntry: false })?.isFile() ? dirname(path) : path
}

/** A leading `~` is expanded, because no shell does it in a `.env` file. */
function namedProject(env: NodeJS.ProcessEnv): string | undefined {
  return env.IRIS_PROJECT_PATH?.replace(/^~(?=$|[/\\])/, () => env.HOME || homedir())
}
