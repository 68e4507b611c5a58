import { createHash } from 'node:crypto'
import { homedir } from 'node:os'
import { join } from 'node:path'
import { readText } from './stamp.mjs'

/**
 * Where a container engine may answer, best first, and who says so. What the user names is the only candidate.
 *
 * The product decides the same in `packages/core/src/engine/engine-candidates.ts`; this copy exists because the set-up must
 * know before anything is installed, on a Node that can't read TypeScript. A test keeps the two alike.
 *
 * @param {NodeJS.ProcessEnv} [env]
 * @param {string} [home]
 * @returns {{ addresses: string[], namedBy: string | undefined }}
 */
export function engineAddresses(env = process.env, home = homedir()) {
  if (env.DOCKER_HOST) return { addresses: [env.DOCKER_HOST], namedBy: 'DOCKER_HOST' }
  const folder = env.DOCKER_CONFIG ?? join(home, '.docker')
  const context = env.DOCKER_CONTEXT ?? readJson(join(folder, 'config.json'))?.currentContext
  if (context && context !== 'default') {
    const id = createHash('sha256').update(context).digest('hex')
    const host = readJson(join(folder, 'contexts/meta', id, 'meta.json'))?.Endpoints?.docker?.Host
    const variable = env.DOCKER_CONTEXT === undefined ? '' : ' of DOCKER_CONTEXT'
    return { addresses: host ? [host] : [], namedBy: `the Docker context "${context}"${variable}` }
  }
  return { addresses: wellKnown(env, home), namedBy: undefined }
}

/**
 * @param {NodeJS.ProcessEnv} env
 * @param {string} home
 */
function wellKnown(env, home) {
  if (process.platform === 'win32') {
    return ['npipe:////./pipe/docker_engine', 'npipe:////./pipe/podman-machine-default']
  }
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
  ].map((path) => `unix://${path}`)
}

/** @param {string} path */
function readJson(path) {
  try {
    return JSON.parse(readText(path) ?? 'null')
  } catch {
    return undefined
  }
}
