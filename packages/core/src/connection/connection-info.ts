import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** Where an IRIS answers and who may log in: everything code under test needs. Plain data, fit for `provide`/`inject`. */
export interface IrisConnectionInfo {
  /** The host to connect to; `127.0.0.1` for a container on this machine. */
  readonly host: string
  /** The superserver's port: what drivers connect to. */
  readonly port: number
  /** The web server's port (REST, the management portal); `0` when the image has no web server. */
  readonly webPort: number
  /** The namespace that statements run in. */
  readonly namespace: string
  /** The user who logs in. */
  readonly username: string
  /** The user's password, as it is. */
  readonly password: string
  /** `iris://user:password@host:port/NAMESPACE`, each part percent-encoded. */
  readonly url: string
}

/** The environment variables code under test finds its IRIS by. */
export type IrisEnvironment = Record<
  'IRIS_HOST' | 'IRIS_PORT' | 'IRIS_WEB_PORT' | 'IRIS_NAMESPACE' | 'IRIS_USERNAME' | 'IRIS_PASSWORD' | 'IRIS_URL',
  string
>

type Environment = Readonly<Record<string, string | undefined>>

/** The names of {@link IrisEnvironment}, which an instance's variables follow. */
export const VARIABLES = [
  'IRIS_HOST',
  'IRIS_PORT',
  'IRIS_WEB_PORT',
  'IRIS_NAMESPACE',
  'IRIS_USERNAME',
  'IRIS_PASSWORD',
  'IRIS_URL',
] as const satisfies readonly (keyof IrisEnvironment)[]

/** Completes connection parts to an {@link IrisConnectionInfo}. */
export function connectionInfo(parts: Omit<IrisConnectionInfo, 'url'>): IrisConnectionInfo {
  return { ...parts, url: connectionUrl(parts) }
}

/** The connection in another namespace of the same IRIS. */
export function inNamespace(info: IrisConnectionInfo, namespace: string): IrisConnectionInfo {
  return connectionInfo({ ...info, namespace })
}

/** The `IRIS_*` variables for a connection. */
export function toEnvironment(info: IrisConnectionInfo): IrisEnvironment {
  return {
    IRIS_HOST: info.host,
    IRIS_PORT: String(info.port),
    IRIS_WEB_PORT: String(info.webPort),
    IRIS_NAMESPACE: info.namespace,
    IRIS_USERNAME: info.username,
    IRIS_PASSWORD: info.password,
    IRIS_URL: info.url,
  }
}

/** The variables for the connection of one of several instances: `IRIS_ARCHIVE_HOST` and so on for `archive`. */
export function toInstanceEnvironment(info: IrisConnectionInfo, instance: string): Record<string, string> {
  return Object.fromEntries(
    Object.entries(toEnvironment(info)).map(([name, value]) => [variableOf(name, instance), value]),
  )
}

/** The environment as an instance's run is to see it: the instance's variables in the place of the project's own. */
export function environmentOf(env: Environment, instance: string): Environment {
  return { ...env, ...Object.fromEntries(VARIABLES.map((name) => [name, env[variableOf(name, instance)]])) }
}

/** The name of an instance's variable: `IRIS_ARCHIVE_HOST` for `IRIS_HOST` and `archive`. */
export function variableOf(name: string, instance: string): string {
  return name.replace('IRIS_', () => `IRIS_${instance.toUpperCase()}_`)
}

/** Whether the environment names an IRIS: `IRIS_URL`, or `IRIS_HOST` and `IRIS_PORT`. */
export function namesIris(env: Environment): boolean {
  return Boolean(env.IRIS_URL) || Boolean(env.IRIS_HOST && env.IRIS_PORT)
}

/** The superserver ports that installations of IRIS have used. */
const INSTALLED_PORTS: readonly number[] = [1972, 51_773]

/**
 * Reads a connection from the environment: `IRIS_URL` first, overridden by the single variables beside it.
 * The defaults are `test`/`test` in `USER`. The default web port is 52773 for the superserver ports of an installation, 1972
 * and 51773, and otherwise 0, for none: at 52773 another IRIS may answer.
 *
 * @throws IrisDevtesterError `IRIS_CONNECTION_INVALID` for a missing or impossible host, port or address.
 */
export function fromEnvironment(env: Environment = process.env): IrisConnectionInfo {
  const fromUrl = env.IRIS_URL ? parseConnectionUrl(env.IRIS_URL) : undefined
  const host = env.IRIS_HOST || fromUrl?.host
  const port = env.IRIS_PORT ? portNumber('IRIS_PORT', env.IRIS_PORT) : fromUrl?.port
  if (!host || port === undefined) {
    throw invalid(
      'The environment names no IRIS: neither IRIS_URL nor IRIS_HOST and IRIS_PORT are set.',
      'Run under an adapter of @iris-devtester, or name a server:\nexport IRIS_URL=iris://user:password@host:1972/USER',
    )
  }
  return connectionInfo({
    host,
    port,
    webPort: env.IRIS_WEB_PORT
      ? portNumber('IRIS_WEB_PORT', env.IRIS_WEB_PORT, 0)
      : INSTALLED_PORTS.includes(port)
        ? 52_773
        : 0,
    namespace: env.IRIS_NAMESPACE || fromUrl?.namespace || 'USER',
    username: env.IRIS_USERNAME || fromUrl?.username || 'test',
    password: env.IRIS_PASSWORD || fromUrl?.password || 'test',
  })
}

function connectionUrl({ host, port, namespace, username, password }: Omit<IrisConnectionInfo, 'url'>): string {
  const authority = host.includes(':') ? `[${host}]` : host
  return `iris://${encodeURIComponent(username)}:${encodeURIComponent(password)}@${authority}:${port}/${encodeURIComponent(namespace)}`
}

/** Reads `iris://user:password@host:port/NAMESPACE`; port 1972 when it names none. */
function parseConnectionUrl(text: string): Partial<IrisConnectionInfo> & { host: string; port: number } {
  const url = /^iris:\/\//i.test(text) ? URL.parse(text) : null
  if (!url?.hostname || url.port === '0') {
    throw invalid(
      // The address may hold a password, so it isn't repeated.
      'IRIS_URL is not of the form iris://user:password@host:port/NAMESPACE.',
      'Percent-encode special characters in user and password, for example @ as %40:\nexport IRIS_URL=iris://user:p%40ss@localhost:1972/USER',
    )
  }
  const namespace = decode(url.pathname.slice(1))
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port ? Number(url.port) : 1972,
    ...(namespace ? { namespace } : {}),
    ...(url.username ? { username: decode(url.username) } : {}),
    ...(url.password ? { password: decode(url.password) } : {}),
  }
}

function decode(part: string): string {
  try {
    return decodeURIComponent(part)
  } catch {
    // A percent sign that encodes nothing stands for itself.
    return part
  }
}

function portNumber(name: string, text: string, least = 1): number {
  const port = Number(text)
  if (/^\d{1,5}$/.test(text) && port >= least && port <= 65_535) return port
  throw invalid(
    `${name} is ${JSON.stringify(text)}, which is no port number.`,
    `Set it to a number: export ${name}=1972`,
  )
}

function invalid(message: string, hint: string): IrisDevtesterError {
  return new IrisDevtesterError({ code: 'IRIS_CONNECTION_INVALID', message, hint })
}
