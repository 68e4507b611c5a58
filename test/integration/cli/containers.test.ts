import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { currentProcess } from '../../../packages/core/src/process/process-identity.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'
import { onTerminal, until } from './terminal.ts'

interface Containers {
  readonly containers: readonly { readonly projectPath: string; readonly state: string; readonly keep: string }[]
}

const PORTAL = /Management Portal:? +(http:\/\/127\.0\.0\.1:\d+\/csp\/sys\/UtilHome\.csp)/

test('another instance of a project is started, found, listed and ended by its name', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  const named = ['--instance', 'archive']
  expect(await line.run(['up', ...named])).toMatchObject({ exitCode: 0 })

  expect((await line.run(['status', ...named])).stdout).toContain(`${line.folder} (instance archive)`)
  expect((await line.run(['status'])).exitCode).toBe(3)
  expect((await line.json<Containers>(['list'])).value.containers).toMatchObject([
    { projectPath: line.folder, instance: 'archive', state: 'running' },
  ])
  expect((await line.run(['env', ...named])).stdout).toContain('IRIS_PORT=')
  expect((await line.run(['sql', ...named, 'SELECT 1 AS one'])).stdout).toContain('1')
  expect((await line.run(['ports', 'list'])).stdout).toContain('(instance archive)')
  expect(await line.run(['up', '--instance', 'no name'])).toMatchObject({
    exitCode: 2,
    stderr: expect.stringContaining(`"no name" is not a valid instance name`),
  })

  expect((await line.run(['down', ...named])).stdout).toMatch(/ended {2}container iris_/)
  expect(await home.leftovers()).toEqual([])
})

/** One IRIS for all of these, as starting it is what takes the time. They follow on each other. */
describe('a project with an IRIS', () => {
  const home = new RegistryHome()
  const line = new CommandLine(home.env)

  beforeAll(async () => {
    const { exitCode, stdout, stderr } = await line.run(['up', '--idle', '60'])
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/^iris:\/\/test:test@127\.0\.0\.1:\d+\/USER\n$/)
    expect(stderr).toMatch(/IRIS ready .* cold/)
    expect(stderr).toMatch(PORTAL)
  })
  afterAll(async () => {
    line[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  test('up again finds it, and keeps it warm without a run', async () => {
    const { value } = await line.json<{ container: { start: string }; connection: { url: string } }>([
      'up',
      '--idle',
      '60',
    ])
    expect(value.container.start).toBe('warm')
    expect(value.connection.url).toMatch(/^iris:/)

    const { value: listed } = await line.json<Containers>(['list'])
    expect(listed.containers).toMatchObject([
      { projectPath: line.folder, state: 'running', keep: 'warm', idleTimeoutMs: 3_600_000, runs: [] },
    ])
    expect((await line.run(['list'])).stdout).toMatch(/^PROJECT +CONTAINER +STATE +PORT +WEB +RUNS +KEPT\n/)
  })

  test('status says that it answers; ports list and inspect name its container', async () => {
    const status = await line.run(['status'])
    expect(status).toMatchObject({ exitCode: 0, stderr: '' })
    const [, portal = ''] = PORTAL.exec(status.stdout) ?? []
    expect((await fetch(portal)).status).toBe(200)
    expect((await line.json<{ portal: string }>(['status'])).value.portal).toBe(portal)
    expect(status.stdout).toMatch(/state +running, answers\n/)
    expect(status.stdout).toMatch(/kept +60 min more|kept +59 min more/)

    expect((await line.run(['ports', 'list'])).stdout).toMatch(/ iris +\d+ +auto +active +iris_[0-9a-f]{8}_\d+\n/)
    expect((await line.run(['ports', 'inspect'])).stdout).toMatch(/Container\nname +iris_/)
  })

  test('env gives variables that a shell takes, and a .env file, and JSON', async () => {
    const { stdout } = await line.shell(
      'eval "$($PROGRAM env)" && echo "$IRIS_HOST:$IRIS_PORT/$IRIS_NAMESPACE $IRIS_URL"',
    )
    expect(stdout).toMatch(/^127\.0\.0\.1:(\d+)\/USER iris:\/\/test:test@127\.0\.0\.1:\1\/USER\n$/)
    expect((await line.run(['env', '--format', 'dotenv'])).stdout).toMatch(/^IRIS_HOST=127\.0\.0\.1\n/)
    const asJson = await line.run(['env', '--format', 'json', '--namespace', 'DEMO'])
    expect(JSON.parse(asJson.stdout)).toMatchObject({ IRIS_NAMESPACE: 'DEMO', IRIS_PASSWORD: 'test' })
  })

  test('sql prints a table or rows, takes parameters, and teaches when it fails', async () => {
    const asTable = await line.run(['sql', "SELECT 1 AS one, 'x' AS two"])
    expect(asTable).toMatchObject({ exitCode: 0, stdout: 'one  two\n1    x\n' })
    const { value } = await line.json(['sql', 'SELECT ? AS answer', '--param', '42'])
    expect(value).toEqual({ rows: [{ answer: '42' }] })
    const wide = await line.json(['sql', "SELECT 9223372036854775807 AS wide, NULL AS missing, '' AS blank"])
    expect(wide.value).toEqual({ rows: [{ wide: '9223372036854775807', missing: null, blank: '' }] })
    expect(await line.run(['sql', 'CREATE TABLE t (a INTEGER)'])).toMatchObject({
      exitCode: 0,
      stderr: 'Done, no rows.\n',
    })

    const failed = await line.run(['sql', 'SELECT * FROM nowhere'])
    expect(failed).toMatchObject({ exitCode: 1, stdout: '' })
    expect(failed.stderr).toMatch(/^error {2}IRIS refused a statement in USER: .*-30/)
  })

  test('run sets the variables, in a namespace of the run, and ends with the exit code of the command', async () => {
    const script = 'console.log(process.env.IRIS_NAMESPACE, process.env.IRIS_PORT > 0); process.exit(7)'
    const { exitCode, stdout } = await line.run(['run', '--', process.execPath, '-e', script])

    expect(exitCode).toBe(7)
    expect(stdout).toMatch(/^IDT[0-9A-F]{8}R1 true\n$/)
    expect((await home.registry.read()).leases).toEqual([])

    expect((await line.run(['run', 'sh', '-c', 'kill -KILL $$'])).exitCode).toBe(137)
    const missing = await line.run(['run', '--', 'no-such-program'])
    expect(missing).toMatchObject({ exitCode: 127, stdout: '' })
    expect(missing.stderr).toContain('The command no-such-program could not be started: it does not exist')
    expect(missing.stderr).not.toContain('IRIS ready')
  })

  test('run ends at a signal that comes when IRIS is ready and the command has not begun', async () => {
    const { child, written, ended } = line.start(['run', '--', 'sleep', '600'])
    child.stderr.on('data', () => {
      if (written.stderr.includes('IRIS ready')) child.kill('SIGTERM')
    })
    expect((await ended).exitCode).toBe(143)
    expect((await line.json<{ runs: unknown[] }>(['status'])).value.runs).toEqual([])
  })

  test('run passes signals on, and releases whatever becomes of the command', async () => {
    const script = `process.on('SIGTERM', () => { console.log('cleaning up'); process.exit(5) }); console.log('up'); setInterval(() => {}, 1000)`
    const { child, written, ended } = line.start(['run', '--', process.execPath, '-e', script])
    await until(() => written.stdout.includes('up'))

    const listed = await line.run(['ports', 'list'])
    expect(listed.stdout).toMatch(/cli run .*IDT[0-9A-F]{8}R1/)
    const refused = await line.run(['down'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toContain('a run is live')
    child.kill('SIGTERM')

    expect(await ended).toMatchObject({ exitCode: 5, stdout: 'up\ncleaning up\n' })
    expect((await home.registry.read()).leases).toEqual([])
  })

  test('logs prints its output, and with -f goes on until a signal', async () => {
    const { stdout } = await line.run(['logs'])
    expect(stdout).toContain('...started InterSystems IRIS instance')
    expect((await line.run(['logs', '-n', '2'])).stdout.trim().split('\n')).toHaveLength(2)

    const { child, written, ended } = line.start(['logs', '-f', '-n', '1'])
    await until(() => written.stdout !== '')
    child.kill('SIGINT')
    expect((await ended).exitCode).toBe(130)

    expect(await line.shell('$PROGRAM logs -f | true')).toMatchObject({ exitCode: 0, stderr: '' })
  })

  test('run finishes the command even if nothing reads its output', async () => {
    const script = "process.stdout.on('error', () => {}); console.log('x'); require('fs').writeFileSync('ended', '')"
    const { exitCode } = await line.shell(`{ $PROGRAM run -- ${process.execPath} -e "${script}"; } 2>&1 | true`)

    expect(exitCode).toBe(0)
    expect(existsSync(`${line.folder}/ended`)).toBe(true)
  })

  test('session runs what is piped in, and on a terminal (Linux: script) is interactive', async () => {
    const piped = await line.run(['session', '%SYS'], { input: 'Write 6*7\nHalt\n' })
    expect(piped.exitCode).toBe(0)
    expect(piped.stdout).toMatch(/%SYS>42/)

    const failed = await line.run(['session', '%SYS'], { input: 'Write 1/0\nWrite "on"\nHalt\n' })
    expect(failed.exitCode).toBe(1)
    expect(failed.stdout).toMatch(/<DIVIDE>.*on/s)
    const refused = await line.run(['session', '--json'])
    expect(refused.exitCode).toBe(2)
    expect(JSON.parse(refused.stdout)).toMatchObject({
      error: 'USAGE',
      hint: expect.stringContaining('session --help'),
    })

    const terminal = onTerminal(line, ['session'])
    await terminal.type('Write 6*7\rHalt\r\u0004', 'Halt leaves it.')
    expect((await terminal.ended).exitCode).toBe(0)
    expect(terminal.screen).toContain('USER>42')
  })

  test('restart waits until it is ready again', async () => {
    const { exitCode, stderr, stdout } = await line.run(['restart'])
    expect(exitCode, stderr).toBe(0)
    expect(stdout).toMatch(/^restarted {2}container iris_/)
    expect((await line.run(['sql', 'SELECT 1 AS one'])).stdout).toBe('one\n1\n')
    expect((await line.json<{ container: { start: string } }>(['up'])).value.container.start).toBe('warm')
  })

  test('prune --dry-run says why it could go; prune --reason spares what has another', async () => {
    expect((await line.run(['prune', '--dry-run'])).stdout).toMatch(/running +idle\n$/)
    expect((await line.run(['prune', '--yes', '--reason', 'orphaned'])).exitCode).toBe(3)
    expect((await line.run(['prune'])).exitCode).toBe(2)
    expect(await home.containers()).toHaveLength(1)
  })

  test('down ends it and gives its ports back; after that there is nothing to do', async () => {
    const ended = await line.run(['down'])
    expect(ended).toMatchObject({ exitCode: 0, stderr: '' })
    expect(ended.stdout).toMatch(/^ended {2}container iris_\S+\nreleased {2}iris \d+\nreleased {2}iris-web \d+\n$/)
    expect(await home.leftovers()).toEqual([])

    for (const words of [
      ['down'],
      ['status'],
      ['logs'],
      ['env'],
      ['session'],
      ['sql', 'SELECT 1'],
      ['restart'],
      ['prune'],
    ]) {
      const { exitCode, stdout } = await line.run(words)
      expect({ words, exitCode, stdout }).toEqual({ words, exitCode: 3, stdout: '' })
    }
    expect(await line.json<Containers>(['list'])).toEqual({ exitCode: 0, value: { containers: [] } })
  })
})

test('prune ends the container of a project whose folder is gone', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  const project = `${line.folder}/gone`
  mkdirSync(project)
  expect((await line.run(['up', '--project', project])).exitCode).toBe(0)
  rmSync(project, { recursive: true })

  const { exitCode, stdout } = await line.run(['prune', '--yes', '--reason', 'orphaned'])

  expect(exitCode).toBe(0)
  expect(stdout).toContain('orphaned')
  expect(await home.leftovers()).toEqual([])
})

test('a signal during the start leaves nothing behind', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  const { child, written, ended } = line.start(['up'])
  await until(() => written.stderr.includes('IRIS starts'))
  child.kill('SIGINT')

  const { exitCode, stdout, stderr } = await ended

  expect({ exitCode, stdout }).toEqual({ exitCode: 130, stdout: '' })
  expect(stderr).toContain('Ended by SIGINT.')
  expect(await home.leftovers()).toEqual([])
})

test('a signal leaves nothing behind after the registry was busy, too', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  // Who has to wait loads the lock's library, which minds signals as well.
  const lock = `${home.registry.registryPath}.lock`
  mkdirSync(lock)
  writeFileSync(`${lock}.holder`, JSON.stringify(currentProcess()))
  const { child, written, ended } = line.start(['up'])
  await sleep(1_500)
  rmSync(lock, { recursive: true })
  await until(() => written.stderr.includes('IRIS starts'))
  child.kill('SIGINT')

  const { exitCode, stderr } = await ended

  expect({ exitCode, stderr }).toEqual({ exitCode: 130, stderr: expect.stringContaining('Ended by SIGINT.') })
  expect(await home.leftovers()).toEqual([])
})

test('without an engine every command says what was tried', async () => {
  using line = new CommandLine({ DOCKER_HOST: 'unix:///nowhere/docker.sock' })
  for (const words of [['up'], ['list'], ['status']]) {
    const { exitCode, value } = await line.json<{ error: string; message: string }>(words)
    expect({ words, exitCode, error: value.error }).toEqual({ words, exitCode: 1, error: 'ENGINE_NOT_FOUND' })
    expect(value.message).toContain('/nowhere/docker.sock')
  }
})

test('an IRIS that the environment names is used as it is', async () => {
  await using home = new RegistryHome()
  using line = new CommandLine(home.env)
  const env = { IRIS_URL: 'iris://someone:secret@192.0.2.1:1972/DEMO' }

  expect((await line.run(['env'], { env })).stdout).toContain("export IRIS_USERNAME='someone'")
  expect((await line.run(['env', '--project', line.folder], { env })).exitCode).toBe(3)
})
