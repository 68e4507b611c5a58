import { spawn } from 'node:child_process'
import { chownSync, existsSync, mkdtempSync, realpathSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { announcedPattern } from '../../../packages/core/src/run/announcement.ts'
import { connectionsOfRun, endRun, isHosted, newLogOfRun } from '../../../packages/core/src/run/run-client.ts'
import { addressOf, type RunRequest, runHostEnvironment } from '../../../packages/core/src/run/run-host.ts'
import { RegistryHome } from '../consumer/registry-home.ts'

const HOST = fileURLToPath(new URL('../../../packages/core/src/run/run-host-main.ts', import.meta.url))
/** This process is the runner. */
const RUNNER = process.pid

let project: string
beforeEach(() => {
  project = realpathSync(mkdtempSync(join(tmpdir(), 'iris-run-')))
})
afterEach(() => {
  rmSync(project, { recursive: true })
  rmSync(addressOf(RUNNER), { force: true })
})

function request(more: Partial<RunRequest> = {}): RunRequest {
  return { projectPath: project, keep: 'stop', quiet: true, runner: 'run-host.test', ...more }
}

/** Starts a host from the sources, as the built one is started. */
function startHost(env: Readonly<Record<string, string>>, words: readonly string[] = ['--announce']) {
  const child = spawn(process.execPath, [HOST, ...words], { env: { ...process.env, ...env } })
  const printed = { out: '', err: '' }
  child.stdout.on('data', (chunk) => {
    printed.out += chunk
  })
  child.stderr.on('data', (chunk) => {
    printed.err += chunk
  })
  const ended = new Promise<number | NodeJS.Signals | null>((resolve) => {
    child.once('close', (exitCode, signal) => resolve(exitCode ?? signal))
  })
  const announced = () => expect.poll(() => printed.out, { timeout: 30_000 }).toMatch(announcedPattern())
  return { child, printed, ended, announced }
}

describe('the process that holds the IRIS of a run', () => {
  test('announces it, tells each worker where to connect, and releases it when the run ends', async () => {
    await using home = new RegistryHome()
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request({ workers: 2 })) })
    await host.announced()

    const [first, second, further] = await Promise.all(
      [1, 2, 3].map(async (worker) => (await connectionsOfRun(RUNNER, worker, request())).info),
    )

    const { iris_port, iris_namespace } = announcedPattern().exec(host.printed.out)?.groups ?? {}
    expect([String(first?.port), first?.namespace]).toEqual([iris_port, iris_namespace])
    expect(new Set([first?.namespace, second?.namespace, further?.namespace]).size).toBe(3)
    expect(new Set([first?.port, second?.port, further?.port]).size).toBe(1)
    expect(await isHosted(RUNNER)).toBe(true)
    expect(await newLogOfRun(RUNNER, 5)).toContain('started InterSystems IRIS instance')
    expect(await newLogOfRun(RUNNER, 5)).toBe('')

    await endRun(RUNNER)
    expect(await host.ended).toBe(0)
    expect(host.printed.err).toBe('')
    expect(await isHosted(RUNNER)).toBe(false)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('gives each configuration of the run what it asks for, and equal ones the same', async () => {
    await using home = new RegistryHome()
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request()) }, [])
    await expect.poll(() => isHosted(RUNNER)).toBe(true)
    const named = { isolation: 'shared', namespace: 'CONFIGA' } as const

    const [first, again, other, plain] = await Promise.all(
      [named, named, { ...named, namespace: 'CONFIGB' }, {}].map(
        async (own) => (await connectionsOfRun(RUNNER, 1, request(own))).info,
      ),
    )

    expect([first?.namespace, again?.namespace, other?.namespace]).toEqual(['CONFIGA', 'CONFIGA', 'CONFIGB'])
    expect(plain?.namespace).toMatch(/^IDT/)
    expect(new Set([first?.port, again?.port, other?.port, plain?.port]).size).toBe(1)
    await endRun(RUNNER)
    expect([await host.ended, host.printed.err.replace(/^IRIS .*\n/gm, '')]).toEqual([0, ''])
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('starts the instances side by side, tells each worker where they are, and announces their variables', async () => {
    await using home = new RegistryHome()
    const instances = { main: {}, archive: { memoryMb: 700 } }
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request({ instances })) })
    await expect.poll(() => host.printed.out, { timeout: 60_000 }).toMatch(announcedPattern(Object.keys(instances)))

    const { info, instances: all } = await connectionsOfRun(RUNNER, 1, request())

    const announced = announcedPattern(Object.keys(instances)).exec(host.printed.out)?.groups ?? {}
    expect(Object.keys(all)).toEqual(['main', 'archive'])
    expect([info.url, all.archive?.url]).toEqual([announced.iris_url, announced.iris_archive_url])
    expect(all.archive?.port).not.toBe(info.port)
    expect(await newLogOfRun(RUNNER, 5)).toMatch(/iris_[0-9a-f]{8}_\d+:\n[\s\S]*iris_[0-9a-f]{8}_\d+:\n/)
    await endRun(RUNNER)
    expect(await host.ended).toBe(0)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test('is the only one of its run', async () => {
    await using home = new RegistryHome()
    const env = { ...home.env, ...runHostEnvironment(RUNNER, request()) }
    const host = startHost(env)
    await host.announced()

    const second = startHost(env)
    expect(await second.ended).toBe(1)
    expect(second.printed.err).toContain(`Another process holds the IRIS of the run with pid ${RUNNER} already.`)
    const quiet = startHost(env, [])
    expect([await quiet.ended, quiet.printed.err]).toEqual([0, ''])

    await endRun(RUNNER)
    expect(await host.ended).toBe(0)
  })

  test('takes the place of one that was killed', async () => {
    await using home = new RegistryHome()
    const env = { ...home.env, ...runHostEnvironment(RUNNER, request()) }
    const killed = startHost(env)
    await killed.announced()
    killed.child.kill('SIGKILL')
    expect(await killed.ended).toBe('SIGKILL')
    expect(existsSync(addressOf(RUNNER))).toBe(true)

    const next = startHost(env)
    await next.announced()
    await endRun(RUNNER)

    expect(await next.ended).toBe(0)
    expect(await home.untilClean(), home.reaperLog()).toEqual([])
  })

  test.for(['SIGINT', 'SIGTERM', 'SIGHUP'] as const)('releases it on %s', async (signal) => {
    await using home = new RegistryHome()
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request()) })
    await host.announced()

    host.child.kill(signal)

    expect(await host.ended).toBe(0)
    expect(await home.leftovers()).toEqual([])
  })

  test('ends with its runner', async () => {
    await using home = new RegistryHome()
    const runner = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60_000)'])
    const host = startHost({ ...home.env, ...runHostEnvironment(runner.pid as number, request()) })
    await host.announced()

    runner.kill('SIGKILL')

    expect(await host.ended).toBe(0)
    expect(await home.leftovers()).toEqual([])
  })

  test('says why there is none and ends, when it was to announce it', async () => {
    await using home = new RegistryHome()
    const image = 'iris-devtester/no-such-image:1'
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request({ image })) })

    expect(await host.ended).toBe(1)
    expect(host.printed.err).toContain(`The image ${image} is not on this machine and can't be pulled`)
    expect(host.printed.out).toBe('')
    expect(await home.leftovers()).toEqual([])
  })

  test('otherwise tells each worker that asks, with code and hint, without trying again', async () => {
    await using home = new RegistryHome()
    const image = 'iris-devtester/no-such-image:1'
    const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request({ image })) }, [])
    await expect.poll(() => isHosted(RUNNER)).toBe(true)

    for (const worker of [1, 2]) {
      await expect(connectionsOfRun(RUNNER, worker, request())).rejects.toMatchObject({
        code: 'IMAGE_UNAVAILABLE',
        summary: expect.stringContaining(image),
        hint: expect.stringContaining(`docker pull ${image}`),
      })
    }
    await endRun(RUNNER)

    expect([await host.ended, host.printed.err]).toEqual([0, ''])
  })

  test('says what it could not release, and that it failed', async () => {
    await using home = new RegistryHome()
    const env = { ...home.env, IRIS_DEVTESTER_REAPER: '0', ...runHostEnvironment(RUNNER, request()) }
    const host = startHost(env)
    await host.announced()

    const registry = String(home.env.IRIS_DEVTESTER_HOME)
    renameSync(registry, `${registry}-moved`)
    writeFileSync(registry, '')
    host.child.kill('SIGTERM')
    const exitCode = await host.ended
    rmSync(registry)
    renameSync(`${registry}-moved`, registry)

    expect([exitCode, host.printed.err]).toEqual([1, expect.stringContaining(registry)])
    expect((await home.leftovers()).length).toBeGreaterThan(0)
  })

  test.runIf(process.platform === 'linux')(
    'says why when there is no place for it to listen (Linux: /proc)',
    async () => {
      await using home = new RegistryHome()
      const host = startHost({ ...home.env, ...runHostEnvironment(RUNNER, request()), TMPDIR: '/proc' })
      expect(await host.ended).toBe(1)
      expect(host.printed.err).toContain('/proc/')
    },
  )

  test('listens elsewhere when the folder for temporary files is missing', async () => {
    await using home = new RegistryHome()
    const env = { ...home.env, ...runHostEnvironment(RUNNER, request()), TMPDIR: join(project, 'nowhere') }
    const host = startHost(env)
    await host.announced()
    host.child.kill('SIGTERM')
    expect([await host.ended, host.printed.err]).toEqual([0, ''])
  })

  test('says how it is used when it is started without a request', async () => {
    const { IRIS_DEVTESTER_RUN: _none, ...env } = process.env
    const child = spawn(process.execPath, [HOST], { env })
    let printed = ''
    child.stderr.on('data', (chunk) => {
      printed += chunk
    })
    const exitCode = await new Promise((resolve) => child.once('close', resolve))
    expect(exitCode).toBe(1)
    expect(printed).toContain('usage: IRIS_DEVTESTER_RUN=')
  })
})

describe('a run without such a process', () => {
  test('has no log and nothing to end', async () => {
    expect(await newLogOfRun(RUNNER, 5)).toBe('')
    await endRun(RUNNER)
    expect(await isHosted(RUNNER)).toBe(false)
  })

  test('is reported when none can be started', async () => {
    // There is no built program beside the sources.
    await expect(connectionsOfRun(RUNNER, 1, request())).rejects.toMatchObject({
      code: 'RUN_HOST_NOT_STARTED',
      details: { reason: '1' },
      hint: expect.stringMatching(/^See why: node ".*run-host\.js"$/),
    })
  })

  test.skipIf(process.getuid?.() !== 0)(
    "asks nobody else's process (needs root, to give a file to another user)",
    async () => {
      writeFileSync(addressOf(RUNNER), '')
      chownSync(addressOf(RUNNER), 65_534, 65_534)
      expect(await isHosted(RUNNER)).toBe(false)
    },
  )
})
