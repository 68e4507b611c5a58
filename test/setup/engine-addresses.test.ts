import { createHash } from 'node:crypto'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { engineCandidates } from '../../packages/core/src/engine/engine-candidates.ts'
import { formatEndpoint } from '../../packages/core/src/engine/engine-endpoint.ts'
import { engineAddresses } from './engine-addresses.mjs'

let home: string
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'engine-addresses-'))
  for (const [name, host] of [
    ['colima', 'unix:///home/me/.colima/default/docker.sock'],
    ['far', 'tcp://10.0.0.1:2375'],
  ] as const) {
    const folder = join(home, '.docker/contexts/meta', createHash('sha256').update(name).digest('hex'))
    mkdirSync(folder, { recursive: true })
    writeFileSync(join(folder, 'meta.json'), JSON.stringify({ Endpoints: { docker: { Host: host } } }))
  }
})
afterEach(() => rmSync(home, { recursive: true }))

const select = (currentContext: string) =>
  writeFileSync(join(home, '.docker/config.json'), JSON.stringify({ currentContext }))

describe('the set-up looks for an engine where the product does', () => {
  test.each<[string, NodeJS.ProcessEnv]>([
    ['nothing said', {}],
    ['a runtime folder', { XDG_RUNTIME_DIR: '/run/user/1000' }],
    ['DOCKER_HOST', { DOCKER_HOST: 'unix:///tmp/other.sock' }],
    ['DOCKER_HOST over TCP', { DOCKER_HOST: 'tcp://127.0.0.1:2375', DOCKER_CONTEXT: 'far' }],
    ['DOCKER_CONTEXT', { DOCKER_CONTEXT: 'colima' }],
    ['the default context', { DOCKER_CONTEXT: 'default' }],
  ])('%s', (_, env) => {
    select('far')

    expect(engineAddresses(env, home).addresses).toEqual(engineCandidates(env, home).map(formatEndpoint))
  })

  test('the selected context', () => {
    select('colima')

    expect(engineAddresses({}, home)).toEqual({
      addresses: ['unix:///home/me/.colima/default/docker.sock'],
      namedBy: 'the Docker context "colima"',
    })
    expect(engineCandidates({}, home).map(formatEndpoint)).toEqual(engineAddresses({}, home).addresses)
    expect(engineAddresses({ DOCKER_CONTEXT: 'colima' }, home).namedBy).toMatch(/ of DOCKER_CONTEXT$/)
  })

  test('a configuration that is no JSON selects nothing', () => {
    writeFileSync(join(home, '.docker/config.json'), '{')

    expect(engineAddresses({}, home).addresses).toEqual(engineCandidates({}, home).map(formatEndpoint))
  })
})
