import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { CANNOT } from '../faults/unwritable.ts'
import { hasIpv6 } from '../machine/ipv6.ts'
import { portAt } from '../machine/port-ranges.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'
import { CommandLine } from './cli/command-line.ts'
import type { ConsumerProject } from './consumer/consumer-project.ts'
import { RegistryHome } from './consumer/registry-home.ts'
import { VITEST, vitestProject } from './vitest/vitest-project.ts'

/** A proxy that nobody answers at. */
const NOWHERE = 'http://127.0.0.1:9'

let project: ConsumerProject
let home: RegistryHome

beforeAll(() => {
  project = vitestProject({
    'iris.test.ts': `
      import { connectIris } from '@iris-devtester/core/connection'
      import { expect, inject, test } from 'vitest'
      test('asks IRIS', async () => {
        expect(inject('iris').port).toBe(Number(process.env.IRIS_PORT))
        await using connection = connectIris(inject('iris'))
        expect(await connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
        await new Promise((resolve) => setTimeout(resolve, Number(process.env.STAY_MS ?? 0)))
        expect(await connection.sql('SELECT 2 AS two')).toEqual([{ two: 2 }])
      })`,
    'fill.test.ts': `
      import { writeFileSync } from 'node:fs'
      import { expect, inject, test } from 'vitest'
      test('fills the disk', () => {
        const fill = (size) => {
          for (let index = 0; ; index += 1) writeFileSync(process.env.FILL + '/fill-' + size + '-' + index, Buffer.alloc(size))
        }
        for (const size of [4096, 1]) expect(() => fill(size)).toThrow('ENOSPC')
      })`,
    'noted.mjs': "process.env.HOOKED = 'yes'",
    'jump.mjs': `
      const { JUMP_AFTER_MS, JUMP_MS } = process.env
      const { now } = Date
      const began = now()
      Date.now = () => (now() - began > Number(JUMP_AFTER_MS) ? now() + Number(JUMP_MS) : now())`,
  })
})
beforeEach(() => {
  home = new RegistryHome()
})
afterEach(() => home[Symbol.asyncDispose]())
afterAll(() => project[Symbol.dispose]())

type Environment = Readonly<Record<string, string | undefined>>

/** Two runs, the second in the container of the first; then no lease is left, and nobody needs to clean up. */
async function expectTwoRuns(env: Environment, setUp = ':', args: readonly string[] = []): Promise<void> {
  for (let run = 1; run <= 2; run += 1) {
    const { exitCode, output } = await project.startAfter(setUp, VITEST, ['run', 'iris', ...args], {
      ...home.env,
      ...env,
    }).ended
    expect(exitCode, output).toBe(0)
  }
  expect(await home.containers()).toHaveLength(1)
  expect((await home.registry.read()).leases).toEqual([])
}

describe('a run passes', () => {
  test.each(['000', '077'])('with umask %s, and its registry is open to nobody else', async (mask) => {
    await expectTwoRuns({}, `umask ${mask}`)
    const open = readdirSync(home.folder, { recursive: true, encoding: 'utf8' }).filter(
      (path) => statSync(join(home.folder, path)).mode & 0o077,
    )
    expect(open).toEqual([])
  })

  test('with 64 open files', () => expectTwoRuns({}, 'ulimit -n 64'))

  test('with a folder for temporary files that is missing', () => expectTwoRuns({ TMPDIR: '/nowhere/at/all' }))

  test.each([
    ['a hook', () => `--import ${join(project.folder, 'noted.mjs')}`],
    ['an inspector', () => '--inspect=127.0.0.1:0'],
    [
      'permissions',
      () => '--permission --allow-fs-read=* --allow-fs-write=* --allow-child-process --allow-worker --allow-addons',
    ],
  ])('with %s in NODE_OPTIONS', (_name, options) => expectTwoRuns({ NODE_OPTIONS: options() }))

  test('with proxies that are away, and a Node that is told to use them', () =>
    expectTwoRuns({
      HTTP_PROXY: NOWHERE,
      HTTPS_PROXY: NOWHERE,
      ALL_PROXY: NOWHERE,
      http_proxy: NOWHERE,
      NODE_USE_ENV_PROXY: '1',
    }))

  test.each([
    ['back an hour', -3_600_000],
    ['on a night, as when a laptop was closed', 36_000_000],
  ])('while the clock is set %s', async (_name, jump) => {
    const env = {
      NODE_OPTIONS: `--import ${join(project.folder, 'jump.mjs')}`,
      JUMP_AFTER_MS: '2500',
      JUMP_MS: String(jump),
      STAY_MS: '2500',
    }
    await expectTwoRuns(env)
  })
})

test('after a prune of the engine the project has its port again, or says which image is missing', async () => {
  using line = new CommandLine(home.env)
  const engine = await home.engine()
  const image = process.env.IRIS_IMAGE ?? STAND_IN_TAG
  const [repo, tag] = ['iris-devtester-tests/pruned', String(process.pid)]
  const env = { IRIS_IMAGE: `${repo}:${tag}` }
  const tagImage = () => engine.text(`/images/${image}/tag`, { method: 'POST', query: { repo, tag } })
  await tagImage()
  try {
    const { stdout: before } = await line.run(['up'], { env })
    for (const { Id } of await home.containers()) await engine.stopContainer(Id, 0)
    const filters = JSON.stringify({ label: [`iris-devtester.registry=${home.folder}`] })
    await engine.text('/containers/prune', { method: 'POST', query: { filters } })
    await engine.text(`/images/${env.IRIS_IMAGE}`, { method: 'DELETE' })
    expect(await home.containers()).toEqual([])
    const { exitCode, stderr } = await line.run(['up'], { env })
    expect([exitCode, stderr]).toEqual([
      1,
      expect.stringContaining(`The image ${env.IRIS_IMAGE} is not on this machine`),
    ])
    await tagImage()
    expect(await line.run(['up'], { env })).toMatchObject({ exitCode: 0, stdout: before })
    await line.run(['down'])
  } finally {
    await engine.text(`/images/${env.IRIS_IMAGE}`, { method: 'DELETE' })
  }
})

test('a project path of every character, 255 bytes a part, is worked with, and steers no terminal', async () => {
  using line = new CommandLine(home.env)
  const ascii = Array.from({ length: 127 }, (_, at) => String.fromCharCode(at + 1)).join('')
  const cwd = join(line.folder, ascii.replace('/', ''), `${'é'.repeat(127)}x`)
  mkdirSync(cwd, { recursive: true })
  expect(await line.run(['up'], { cwd })).toMatchObject({ exitCode: 0 })
  const status = JSON.parse((await line.run(['status', '--json'], { cwd })).stdout) as { projectPath: string }
  expect(status.projectPath).toBe(cwd)
  for (const words of [['status'], ['list'], ['ports', 'list'], ['ports', 'history']]) {
    const { exitCode, stdout } = await line.run(words, { cwd })
    expect(exitCode).toBe(0)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: none of them may be there.
    expect(stdout).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f]/)
    expect(stdout).toContain('\\x1b')
  }
  // The printed command is one for a shell.
  const { stderr } = await line.run(['ports', 'assign', '--port', String(portAt(0))])
  const [, release = ''] = /npx @iris-devtester\/cli (ports release .*)/.exec(stderr) ?? []
  expect((await line.run(['down', '--json'], { cwd })).exitCode).toBe(0)
  await line.run(['ports', 'assign', '--port', String(portAt(0))], { cwd })
  expect(await line.shell(`$PROGRAM ${release}`)).toMatchObject({ exitCode: 0 })
  expect(await home.leftovers()).toEqual([])
})

test('a Node that is too old is named, with the one that is needed', async () => {
  const old = "Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '20.20.2' } })"
  project.write('old.mjs', old)
  const env = { ...home.env, NODE_OPTIONS: `--import ${join(project.folder, 'old.mjs')}` }
  const { exitCode, output } = await project.start(VITEST, ['run', 'iris'], env).ended
  expect(exitCode, output).toBe(1)
  expect(output).toContain('This is Node 20.20.2, but 22.22 or later is needed.')
})

describe(`where mounts differ${CANNOT ? ` (not tried here: ${CANNOT})` : ''}`, () => {
  const mounted = CANNOT ? test.skip : test

  mounted('a project that can only be read is run', async () => {
    const { folder } = project
    await expectTwoRuns(
      {},
      `exec unshare -m sh -c 'mount --bind "$0" "$0" && mount -o remount,bind,ro "$0" && exec "$@"' ${folder} "$@"`,
      // By itself Vite writes the bundled configuration beside its packages.
      ['--configLoader', 'runner'],
    )
  })

  const withIpv6 = hasIpv6 ? mounted : test.skip

  withIpv6('localhost can be ::1 alone, where there is IPv6', async () => {
    const hosts = join(home.folder, 'hosts')
    await expectTwoRuns(
      {},
      `echo '::1 localhost' > ${hosts} && exec unshare -m sh -c 'mount --bind "$0" /etc/hosts && exec "$@"' ${hosts} "$@"`,
    )
  })

  const onSmallDisk = (folder: string, more: string) =>
    `exec unshare -m sh -c 'mount -t tmpfs -o size=128k none "$0" && ${more} && exec "$@"' ${folder} "$@"`

  mounted('a full disk under the registry fails the start with its path, and nothing is started', async () => {
    const setUp = onSmallDisk(home.folder, 'head -c 131072 /dev/zero > "$0"/fill')
    const { exitCode, output } = await project.startAfter(setUp, VITEST, ['run', 'iris'], home.env).ended
    expect(exitCode, output).toBe(1)
    expect(output).toContain('ENOSPC')
    expect(output).toContain(join(home.folder, 'port-registry.json'))
    expect(await home.containers()).toEqual([])
  })

  mounted('a disk that becomes full during a run changes none of its results, and is told', async () => {
    const env = { ...home.env, FILL: home.folder }
    const { exitCode, output } = await project.startAfter(
      onSmallDisk(home.folder, 'true'),
      VITEST,
      ['run', 'fill'],
      env,
    ).ended
    expect(exitCode, output).toBe(0)
    expect(output).toMatch(/\[RELEASE_FAILED\].* could not be released.* the disk is full \(ENOSPC\)/)
    expect(output).toContain('Free some space there: df -h')
  })
})
