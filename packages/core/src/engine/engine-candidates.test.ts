import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineCandidates, parseDockerHost, wellKnownSockets } from './engine-candidates.ts'
import { type EngineEndpoint, formatEndpoint } from './engine-endpoint.ts'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'engine-candidates-'))
})
afterEach(() => rmSync(home, { recursive: true }))

function context(name: string, docker: object, current = name): void {
  const id = createHash('sha256').update(name).digest('hex')
  mkdirSync(join(home, '.docker/contexts/meta', id), { recursive: true })
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext: current }))
  writeFileSync(
    join(home, '.docker/contexts/meta', id, 'meta.json'),
    JSON.stringify({ Name: name, Endpoints: { docker } }),
  )
}

describe('DOCKER_HOST', () => {
  test.each<[string, Partial<EngineEndpoint>, string]>([
    ['unix:///run/x.sock', { kind: 'socket', path: '/run/x.sock' }, 'unix:///run/x.sock'],
    ['unix:///run/x.sock/', { kind: 'socket', path: '/run/x.sock' }, 'unix:///run/x.sock'],
    [
      'npipe:////./pipe/docker_engine',
      { kind: 'socket', path: '//./pipe/docker_engine' },
      'npipe:////./pipe/docker_engine',
    ],
    ['tcp://10.0.0.1:2375', { kind: 'tcp', host: '10.0.0.1', port: 2375 }, 'tcp://10.0.0.1:2375'],
    ['tcp://docker', { kind: 'tcp', host: 'docker', port: 2375 }, 'tcp://docker:2375'],
    ['http://docker:80', { kind: 'tcp', host: 'docker', port: 80 }, 'tcp://docker:80'],
    ['tcp://[::1]:2376', { kind: 'tcp', host: '::1', port: 2376 }, 'tcp://[::1]:2376'],
    ['ssh://far', { kind: 'ssh', host: 'far' }, 'ssh://far'],
    ['ssh://me@far:2222', { kind: 'ssh', host: 'far', user: 'me', port: 2222 }, 'ssh://me@far:2222'],
    ['ssh://far/run/d.sock', { kind: 'ssh', host: 'far', path: '/run/d.sock' }, 'ssh://far/run/d.sock'],
    ['ssh://me@[::1]:22', { kind: 'ssh', host: '::1', user: 'me', port: 22 }, 'ssh://me@[::1]:22'],
    ['tcp://[fe80::1]', { kind: 'tcp', host: 'fe80::1', port: 2375 }, 'tcp://[fe80::1]:2375'],
  ])('%s', (address, expected, formatted) => {
    const [endpoint, ...others] = engineCandidates({ DOCKER_HOST: address }, home)
    expect(endpoint).toMatchObject({ ...expected, source: 'DOCKER_HOST' })
    expect(others).toEqual([])
    expect(formatEndpoint(endpoint as EngineEndpoint)).toBe(formatted)
  })

  test('with TLS takes the certificates of its folder, and another default port', () => {
    writeFileSync(join(home, 'ca.pem'), 'CA')
    writeFileSync(join(home, 'key.pem'), 'KEY')
    const env = { DOCKER_HOST: 'tcp://docker', DOCKER_TLS_VERIFY: '1', DOCKER_CERT_PATH: home }
    expect(engineCandidates(env, home)).toEqual([
      {
        kind: 'tcp',
        host: 'docker',
        port: 2376,
        source: 'DOCKER_HOST',
        tls: { ca: 'CA', key: 'KEY', verify: true, folder: home },
      },
    ])
  })

  test("with https is TLS by the system's own authorities", () => {
    expect(parseDockerHost('https://docker:443', 'test')).toMatchObject({ port: 443, tls: { verify: true } })
  })

  test.each(['/var/run/docker.sock', 'unix://', 'ftp://docker', 'tcp://', 'tcp://host:99999', 'fd://'])(
    'refuses %s with the forms it may have',
    (address) => {
      expect(() => engineCandidates({ DOCKER_HOST: address }, home)).toThrow(
        /unsupported form[\s\S]*unix:\/\/\/path[\s\S]*unset DOCKER_HOST/,
      )
    },
  )

  test.each(['ssh://', 'ssh://-oProxyCommand=x', 'ssh://-l@host', 'ssh://me:secret@host', 'ssh://me@'])(
    'refuses %s',
    (address) => {
      expect(() => parseDockerHost(address, 'DOCKER_HOST')).toThrow('has an unsupported form')
    },
  )

  test('is refused without the password that it has', () => {
    expect(() => parseDockerHost('ssh://me:secret@host', 'DOCKER_HOST')).toThrow('"ssh://me:…@host"')
  })

  test('comes before any context', () => {
    context('mine', { Host: 'unix:///ctx.sock' })
    expect(engineCandidates({ DOCKER_HOST: 'unix:///a', DOCKER_CONTEXT: 'mine' }, home)).toMatchObject([{ path: '/a' }])
  })
})

describe('a Docker context', () => {
  test('that is current is the only candidate', () => {
    context('colima', { Host: 'unix:///colima.sock' })
    expect(engineCandidates({}, home)).toEqual([
      { kind: 'socket', path: '/colima.sock', source: 'Docker context "colima"' },
    ])
  })

  test('that the environment names comes before the current one', () => {
    context('one', { Host: 'unix:///one.sock' })
    context('two', { Host: 'unix:///two.sock' }, 'one')
    expect(engineCandidates({ DOCKER_CONTEXT: 'two' }, home)).toMatchObject([{ path: '/two.sock' }])
  })

  test('with certificates is spoken to by TLS', () => {
    context('remote', { Host: 'tcp://far:2376', SkipTLSVerify: true })
    const folder = join(home, '.docker/contexts/tls', createHash('sha256').update('remote').digest('hex'), 'docker')
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'cert.pem'), 'CERT')
    expect(engineCandidates({}, home)).toMatchObject([
      { kind: 'tcp', host: 'far', port: 2376, tls: { cert: 'CERT', verify: false, folder } },
    ])
  })

  test('that is not described is an error that names it', () => {
    expect(() => engineCandidates({ DOCKER_CONTEXT: 'gone' }, home)).toThrow(
      /context "gone"[\s\S]*docker context ls[\s\S]*unset DOCKER_CONTEXT/,
    )
    context('mine', { Host: 'unix:///mine.sock' }, 'gone')
    expect(() => engineCandidates({}, home)).toThrow(/context "gone"[\s\S]*docker context use default/)
  })

  test('"default" and a damaged configuration mean the known sockets', () => {
    expect(engineCandidates({ DOCKER_CONTEXT: 'default' }, home).length).toBeGreaterThan(5)
    mkdirSync(join(home, '.docker'))
    writeFileSync(join(home, '.docker/config.json'), '{')
    expect(engineCandidates({}, home).length).toBeGreaterThan(5)
  })
})

test('the known sockets are those of Docker, Colima, Rancher Desktop, OrbStack and Podman', () => {
  const sockets = wellKnownSockets({ XDG_RUNTIME_DIR: '/run/user/1000' }, '/home/ada', 'linux')
  expect(sockets[0]).toBe('/var/run/docker.sock')
  expect(sockets).toEqual(
    expect.arrayContaining([
      '/run/user/1000/docker.sock',
      '/run/user/1000/podman/podman.sock',
      '/home/ada/.docker/run/docker.sock',
      '/home/ada/.colima/default/docker.sock',
      '/home/ada/.rd/docker.sock',
      '/home/ada/.orbstack/run/docker.sock',
    ]),
  )
  expect(wellKnownSockets({}, '/home/ada', 'win32')).toContain('//./pipe/docker_engine')
})
