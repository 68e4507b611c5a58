import { dirname, isAbsolute } from 'node:path'
import { shellWord } from '../errors/shell-word.ts'
import {
  type EngineEndpoint,
  formatEndpoint,
  type SocketEndpoint,
  type SshEndpoint,
  type TcpEndpoint,
} from './engine-endpoint.ts'

const OWN_IRIS = 'Use an IRIS that already runs: export IRIS_URL=iris://user:password@host:1972/USER'

/**
 * What to do where no engine answers.
 *
 * @param candidates where one was looked for.
 * @param problem what the first of them said.
 */
export function engineRemedy(
  candidates: readonly EngineEndpoint[],
  problem: string | undefined,
  { isDenied }: { readonly isDenied: boolean },
): string {
  const [first] = candidates
  if (first && first.kind !== 'socket')
    return `${unreachableRemedy(first, problem)}\n${otherEngine(first.source)}\n${OWN_IRIS}`
  if (isDenied) {
    return 'An engine is there, but you may not use its socket. Join its group and log in again:\nsudo usermod -aG docker "$USER"'
  }
  if (first && first.source !== 'default')
    return `${namedSocketRemedy(first, problem)}\n${otherEngine(first.source)}\n${OWN_IRIS}`
  const elsewhere = 'If it listens elsewhere, name it: export DOCKER_HOST=unix:///path/to/docker.sock'
  return `${startRemedy()}\n${elsewhere}\n${OWN_IRIS}`
}

/** What to do about an engine that can't be reached. */
export function unreachableRemedy(endpoint: EngineEndpoint, problem = ''): string {
  if (endpoint.kind === 'ssh') return sshRemedy(endpoint, problem)
  if (endpoint.kind === 'socket') return 'Check that it runs: docker version'
  const { host, source } = endpoint
  if (/ENOTFOUND|EAI_AGAIN/.test(problem)) return `No host is known as ${host}. Check the name in ${source}.`
  return `Check that the engine runs on ${host} and listens there: ${askRemote(endpoint)}`
}

/** What to do about an engine that took the connection and does not answer. */
export function hungRemedy(endpoint: EngineEndpoint): string {
  if (endpoint.kind === 'socket') {
    return 'Check whether it answers: docker version\nIf it does not, restart it: sudo systemctl restart docker'
  }
  const ask = endpoint.kind === 'ssh' ? `${sshCommand(endpoint)} docker version` : askRemote(endpoint)
  return `Check whether it answers: ${ask}\nIf it does not, restart it on ${endpoint.host}: sudo systemctl restart docker`
}

function sshRemedy(endpoint: SshEndpoint, problem: string): string {
  const login = sshCommand(endpoint)
  if (/ENOENT/.test(problem)) return 'Install the client of OpenSSH, which has the command ssh.'
  if (/permission denied \(/i.test(problem)) {
    return `Let ssh log in without a question, with a key that its agent has: ssh-add\nThen try: ${login} true`
  }
  if (/host key verification failed/i.test(problem))
    return `Log in once by hand and accept the host's key: ${login} true`
  return `Check that this works without a question: ${login} docker version`
}

function sshCommand({ user, host, port }: SshEndpoint): string {
  const target = shellWord(user === undefined ? host : `${user}@${host}`)
  return port === undefined ? `ssh ${target}` : `ssh -p ${port} ${target}`
}

function askRemote(endpoint: TcpEndpoint): string {
  return `docker -H ${shellWord(formatEndpoint(endpoint))}${endpoint.tls ? ' --tls' : ''} version`
}

/** A socket that the user named: a wrong name is as likely as an engine that is not running. */
function namedSocketRemedy({ path, source }: SocketEndpoint, problem: string | undefined): string {
  if (process.platform === 'win32') return startRemedy()
  if (path.startsWith('//./pipe/'))
    return 'A named pipe exists on Windows only. Name a socket: unix:///path/to/docker.sock'
  if (!isAbsolute(path)) {
    return `Write the path of the socket in full, after three slashes: ${source} is unix://${path}, and nothing expands or completes it.`
  }
  if (problem !== 'no such socket' || path === '/var/run/docker.sock') return startRemedy()
  return `Start the engine that listens at ${path}, or correct ${source}: ls -l ${shellWord(dirname(path))}`
}

/** How to go back to the engine that is used where none is named. */
export function otherEngine(source: string): string {
  const variable = /DOCKER_(?:HOST|CONTEXT)$/.exec(source)?.[0]
  const undo = variable ? `unset ${variable}` : 'docker context use default'
  return `Use this machine's own engine instead: ${undo}`
}

function startRemedy(): string {
  return process.platform === 'linux'
    ? 'Start Docker: sudo systemctl start docker   (to install it: https://docs.docker.com/engine/install/)'
    : 'Start Docker Desktop, OrbStack, Colima (colima start) or Podman (podman machine start).'
}
