import { expect, test } from 'vitest'
import type { SocketEndpoint } from './engine-endpoint.ts'
import { engineRemedy, otherEngine } from './engine-remedy.ts'

function remedyFor(path: string, source = 'DOCKER_HOST', problem = 'no such socket'): string {
  const endpoint: SocketEndpoint = { kind: 'socket', path, source }
  return engineRemedy([endpoint], problem, { isDenied: false })
}

test.runIf(process.platform === 'linux').each([
  ['with two slashes', 'var/run/docker.sock', /in full, after three slashes: DOCKER_HOST is unix:\/\/var\/run/],
  ['that begins with ~', '~/docker.sock', /in full, after three slashes: DOCKER_HOST is unix:\/\/~\/docker\.sock/],
  ['of Windows', '//./pipe/docker_engine', /A named pipe exists on Windows only/],
  [
    'that does not exist',
    '/nonexistent/d.sock',
    /listens at \/nonexistent\/d\.sock, or correct DOCKER_HOST: ls -l \/non/,
  ],
])('the remedy for a socket %s is to correct its name', (_name, path, remedy) => {
  expect(remedyFor(path)).toMatch(remedy)
  expect(remedyFor(path)).not.toContain('systemctl')
  expect(remedyFor(path)).toContain('unset DOCKER_HOST')
})

test.runIf(process.platform === 'linux')('the remedy for a socket that nobody listens at is to start Docker', () => {
  expect(remedyFor('/var/run/docker.sock')).toContain('systemctl start docker')
  expect(remedyFor('/srv/docker.sock', 'DOCKER_HOST', 'ECONNREFUSED')).toContain('systemctl start docker')
})

test.each([
  ['DOCKER_HOST', 'unset DOCKER_HOST'],
  // The variable comes before the context that `docker context use` selects.
  ['Docker context "far" of DOCKER_CONTEXT', 'unset DOCKER_CONTEXT'],
  ['Docker context "far"', 'docker context use default'],
])('what %s names is undone with %s', (source, command) => {
  expect(otherEngine(source)).toBe(`Use this machine's own engine instead: ${command}`)
})
