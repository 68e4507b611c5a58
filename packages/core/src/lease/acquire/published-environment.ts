import { type IrisConnectionInfo, toEnvironment, toInstanceEnvironment } from '../../connection/connection-info.ts'

/** One for each process, however many copies of this package are loaded in it. */
interface Publication {
  readonly own: Set<string>
}

const KEY = Symbol.for('iris-devtester.published-environment')

/**
 * Sets the `IRIS_*` variables of this process, which its workers inherit.
 *
 * @param instances the instances by their names, whose variables are set too: `IRIS_ARCHIVE_HOST` for `archive`.
 * @returns what puts the variables back as they were.
 */
export function publishEnvironment(
  info: IrisConnectionInfo,
  instances: Readonly<Record<string, IrisConnectionInfo>> = {},
  env: NodeJS.ProcessEnv = process.env,
): () => void {
  const variables: Record<string, string> = { ...toEnvironment(info) }
  for (const [name, one] of Object.entries(instances)) {
    Object.assign(variables, toInstanceEnvironment(one, name))
    publication().own.add(one.url)
  }
  const before = Object.fromEntries(Object.keys(variables).map((name) => [name, env[name]]))
  Object.assign(env, variables)
  publication().own.add(info.url)
  return () => {
    for (const [name, value] of Object.entries(before)) {
      if (env[name] !== variables[name]) continue
      if (value === undefined) delete env[name]
      else env[name] = value
    }
  }
}

/** Whether a URL in the environment was put there by this process itself. */
export function isOwnUrl(url: string | undefined): boolean {
  return url !== undefined && publication().own.has(url)
}

function publication(): Publication {
  const holder = globalThis as { [KEY]?: Publication }
  holder[KEY] ??= { own: new Set() }
  return holder[KEY]
}
