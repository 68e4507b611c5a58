import { shellWord } from '../errors/shell-word.ts'
import { type EngineEndpoint, formatEndpoint, type SshEndpoint, type TcpEndpoint } from './engine-endpoint.ts'

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
    return `${unreachableRemedy(first, problem)}\n${otherEngine(first)}\n${OWN_IRIS}`
  if (isDenied) {
    return 'An engine is there, but you may not use its socket. Join its group and log in again:\nsudo usermod -aG docker "$USER"'
  }
  const elsewhere =
    first && first.source !== 'default'
      ? otherEngine(first)
      : 'If it listens elsewhere, name it: export DOCKER_HOST=unix:///path/to/docker.sock'
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

function otherEngine({ source }: EngineEndpoint): string {
  const undo = source === 'DOCKER_HOST' ? 'unset DOCKER_HOST' : 'docker context use default'
  return `Use this machine's own engine instead: ${undo}`
}

function startRemedy(): string {
  return process.platform === 'linux'
    ? 'Start Docker: sudo systemctl start docker   (to install it: https://docs.docker.com/engine/install/)'
    : 'Start Docker Desktop, OrbStack, Colima (colima start) or Podman (podman machine start).'
}
