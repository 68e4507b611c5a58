import { spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'

/** A login for an image registry, in the engine's words. */
export interface RegistryCredentials {
  readonly username?: string
  readonly password?: string
  readonly identitytoken?: string
  readonly serveraddress: string
}

interface DockerConfig {
  readonly credHelpers?: Readonly<Record<string, string>>
  readonly credsStore?: string
  readonly auths?: Readonly<
    Record<string, { auth?: string; username?: string; password?: string; identitytoken?: string }>
  >
}

const DOCKER_HUB = 'https://index.docker.io/v1/'

/**
 * The login that `docker login` left for an image's registry, found as Docker's own client finds it:
 * `DOCKER_AUTH_CONFIG`, then the configuration file's credential helpers, store, and plain entries.
 *
 * @see https://docs.docker.com/reference/cli/docker/login/#credential-stores
 */
export async function credentialsFor(
  image: string,
  env: Readonly<Record<string, string | undefined>> = process.env,
): Promise<RegistryCredentials | undefined> {
  const registry = registryOf(image)
  for (const config of configurations(env)) {
    const helper = config.credHelpers?.[registry] ?? config.credsStore
    const found = (helper ? await askHelper(helper, registry, env) : undefined) ?? plainEntry(config, registry)
    if (found) return found
  }
  return undefined
}

/** The host part of an image's name; Docker Hub's address where it has none. */
export function registryOf(image: string): string {
  const first = image.split('/')[0] ?? ''
  const isHost = image.includes('/') && (first.includes('.') || first.includes(':') || first === 'localhost')
  return isHost ? first : DOCKER_HUB
}

function configurations(env: Readonly<Record<string, string | undefined>>): DockerConfig[] {
  const file = join(env.DOCKER_CONFIG ?? join(homedir(), '.docker'), 'config.json')
  return [env.DOCKER_AUTH_CONFIG, readText(file)].flatMap((text) => {
    try {
      return text ? [JSON.parse(text) as DockerConfig] : []
    } catch {
      // A configuration that isn't JSON holds no log-in; the registry then says that one is needed.
      return []
    }
  })
}

function plainEntry(config: DockerConfig, registry: string): RegistryCredentials | undefined {
  const entry = config.auths?.[registry] ?? config.auths?.[`https://${registry}`]
  if (!entry) return undefined
  if (entry.identitytoken) return { identitytoken: entry.identitytoken, serveraddress: registry }
  const [username, ...password] = Buffer.from(entry.auth ?? '', 'base64')
    .toString('utf8')
    .split(':')
  if (entry.username && entry.password) {
    return { username: entry.username, password: entry.password, serveraddress: registry }
  }
  return username ? { username, password: password.join(':'), serveraddress: registry } : undefined
}

function askHelper(
  helper: string,
  registry: string,
  env: Readonly<Record<string, string | undefined>>,
): Promise<RegistryCredentials | undefined> {
  return new Promise((resolve) => {
    const child = spawn(`docker-credential-${helper}`, ['get'], {
      env,
      stdio: ['pipe', 'pipe', 'ignore'],
      timeout: 10_000,
    })
    let output = ''
    child.stdout.on('data', (chunk) => {
      output += chunk
    })
    child.once('error', () => resolve(undefined))
    child.once('close', () => resolve(helperAnswer(output, registry)))
    child.stdin.on('error', () => {})
    child.stdin.end(registry)
  })
}

function helperAnswer(output: string, registry: string): RegistryCredentials | undefined {
  try {
    const { Username, Secret } = JSON.parse(output) as { Username?: string; Secret?: string }
    if (!Username || !Secret) return undefined
    return Username === '<token>'
      ? { identitytoken: Secret, serveraddress: registry }
      : { username: Username, password: Secret, serveraddress: registry }
  } catch {
    // The helper isn't there or knows no log-in; the registry then says that one is needed.
    return undefined
  }
}

function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // Docker's configuration is optional.
    return undefined
  }
}
