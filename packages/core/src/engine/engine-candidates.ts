import { createHash } from 'node:crypto'
import { existsSync, readFileSync } from 'node:fs'
import { homedir } from 'node:os'
import { join } from 'node:path'
import type { EngineEndpoint, TcpEndpoint } from './engine-endpoint.ts'
import { EngineError } from './engine-error.ts'
import { otherEngine } from './engine-remedy.ts'

type Environment = Readonly<Record<string, string | undefined>>

/**
 * Where an engine may answer, best first: `DOCKER_HOST`; the Docker context of `DOCKER_CONTEXT` or of the Docker
 * client's configuration; the sockets that Docker, Colima, Rancher Desktop, OrbStack and Podman are known to use.
 * What the user names is the only candidate: nothing else is tried behind their back.
 *
 * @throws EngineError `ENGINE_NOT_FOUND` when the named address can't be used (an unknown form or context).
 */
export function engineCandidates(env: Environment = process.env, home: string = homedir()): EngineEndpoint[] {
  const dockerHost = env.DOCKER_HOST
  if (dockerHost) return [parseDockerHost(dockerHost, 'DOCKER_HOST', tlsFromEnvironment(env, home))]
  const context = contextEndpoint(env, home)
  if (context) return [context]
  return wellKnownSockets(env, home).map((path) => ({ kind: 'socket', path, source: 'default' }))
}

/** The sockets engines listen on where nobody says otherwise, whether they exist or not. */
export function wellKnownSockets(env: Environment, home: string, platform = process.platform): string[] {
  if (platform === 'win32') return ['//./pipe/docker_engine', '//./pipe/podman-machine-default']
  const runtime = env.XDG_RUNTIME_DIR ?? `/run/user/${process.getuid?.() ?? 0}`
  return [
    '/var/run/docker.sock',
    join(runtime, 'docker.sock'),
    join(home, '.docker/run/docker.sock'),
    join(home, '.docker/desktop/docker.sock'),
    join(home, '.colima/default/docker.sock'),
    join(home, '.colima/docker.sock'),
    join(home, '.rd/docker.sock'),
    join(home, '.orbstack/run/docker.sock'),
    join(runtime, 'podman/podman.sock'),
    join(home, '.local/share/containers/podman/machine/podman.sock'),
    '/run/podman/podman.sock',
  ]
}

/**
 * Reads an address in `DOCKER_HOST`'s form.
 *
 * @throws EngineError `ENGINE_NOT_FOUND` for a form no HTTP client can speak.
 */
export function parseDockerHost(address: string, source: string, tls?: TcpEndpoint['tls']): EngineEndpoint {
  const [, scheme, rest] = /^(\w+):\/\/(.*)$/.exec(address) ?? []
  const socket = scheme === 'unix' ? rest?.replace(/(?<=[^/])\/+$/, '') : undefined
  if (socket) return { kind: 'socket', path: socket, source }
  if (scheme === 'npipe' && rest) return { kind: 'socket', path: rest, source }
  if (scheme === 'tcp' || scheme === 'http' || scheme === 'https') {
    const url = URL.parse(`http://${rest}`)
    if (url) {
      const secure = tls ?? (scheme === 'https' ? { verify: true } : undefined)
      // `new URL` drops a port that is the scheme's default, so ask the text.
      const port = Number(/:(\d+)\/?$/.exec(rest ?? '')?.[1] ?? (secure ? 2376 : 2375))
      const endpoint: TcpEndpoint = { kind: 'tcp', host: url.hostname.replace(/^\[|\]$/g, ''), port, source }
      return secure ? { ...endpoint, tls: secure } : endpoint
    }
  }
  if (scheme === 'ssh') {
    const url = URL.parse(`http://${rest}`)
    const port = /^[^/]*:(\d+)(?:\/|$)/.exec(rest ?? '')?.[1]
    // ssh would take a name that begins with a hyphen for an option.
    if (url?.hostname && url.password === '' && !/^-/.test(url.hostname) && !/^-/.test(url.username)) {
      return {
        kind: 'ssh',
        host: url.hostname.replace(/^\[|\]$/g, ''),
        ...(url.username === '' ? {} : { user: decodeURIComponent(url.username) }),
        ...(port === undefined ? {} : { port: Number(port) }),
        ...(url.pathname === '/' ? {} : { path: url.pathname }),
        source,
      }
    }
  }
  throw unsupportedForm(address.replace(/:[^:@/]*@/, ':…@'), source)
}

function unsupportedForm(address: string, source: string): EngineError {
  return new EngineError({
    code: 'ENGINE_NOT_FOUND',
    message: `The container engine's address ${JSON.stringify(address)} (from ${source}) has an unsupported form.`,
    hint: `Use unix:///path/to/docker.sock, npipe:////./pipe/docker_engine, tcp://host:port or ssh://user@host.\n${otherEngine(source)}`,
    details: { address, source },
  })
}

function tlsFromEnvironment(env: Environment, home: string): TcpEndpoint['tls'] {
  if (!env.DOCKER_TLS_VERIFY && !env.DOCKER_CERT_PATH) return undefined
  const folder = env.DOCKER_CERT_PATH ?? join(home, '.docker')
  return { ...readCertificates(folder), verify: env.DOCKER_TLS_VERIFY !== undefined && env.DOCKER_TLS_VERIFY !== '' }
}

function contextEndpoint(env: Environment, home: string): EngineEndpoint | undefined {
  const folder = env.DOCKER_CONFIG ?? join(home, '.docker')
  const name = env.DOCKER_CONTEXT ?? readJson<{ currentContext?: string }>(join(folder, 'config.json'))?.currentContext
  if (!name || name === 'default') return undefined
  const source = `Docker context ${JSON.stringify(name)}${env.DOCKER_CONTEXT === undefined ? '' : ' of DOCKER_CONTEXT'}`
  const id = createHash('sha256').update(name).digest('hex')
  const meta = readJson<ContextMeta>(join(folder, 'contexts/meta', id, 'meta.json'))
  const host = meta?.Endpoints?.docker?.Host
  if (!host) {
    throw new EngineError({
      code: 'ENGINE_NOT_FOUND',
      message: `The Docker context ${JSON.stringify(name)} is selected but not described in ${folder}.`,
      hint: `List the contexts, and select one that exists: docker context ls\n${otherEngine(source)}`,
      details: { context: name, folder },
    })
  }
  const certificates = join(folder, 'contexts/tls', id, 'docker')
  const tls = existsSync(certificates)
    ? { ...readCertificates(certificates), verify: meta?.Endpoints?.docker?.SkipTLSVerify !== true }
    : undefined
  return parseDockerHost(host, source, tls)
}

interface ContextMeta {
  readonly Endpoints?: { readonly docker?: { readonly Host?: string; readonly SkipTLSVerify?: boolean } }
}

function readCertificates(folder: string): { ca?: string; cert?: string; key?: string; folder: string } {
  const found: { ca?: string; cert?: string; key?: string; folder: string } = { folder }
  for (const part of ['ca', 'cert', 'key'] as const) {
    const path = join(folder, `${part}.pem`)
    if (existsSync(path)) found[part] = readFileSync(path, 'utf8')
  }
  return found
}

function readJson<T>(path: string): T | undefined {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as T
  } catch {
    // Docker's configuration is optional.
    return undefined
  }
}
