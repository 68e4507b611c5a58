import { renameSync, writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { portAt } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'
import { onTerminal, until } from './terminal.ts'

interface Status {
  readonly container: { readonly name: string; readonly state: string } | null
  readonly answers: boolean
  readonly runs: readonly { readonly runner: string; readonly pid: number }[]
}

let home: RegistryHome
let line: CommandLine

beforeEach(() => {
  home = new RegistryHome()
  line = new CommandLine(home.env)
})
afterEach(async () => {
  line[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

/** A run that goes on until its input ends or it gets a signal. */
async function beginRun(env: Readonly<Record<string, string>> = {}) {
  const script = "console.log('up ' + process.env.IRIS_NAMESPACE); setInterval(() => {}, 1000)"
  const run = line.start(['run', '--keep', 'warm', '--', process.execPath, '-e', script], { env })
  await until(() => run.written.stdout.includes('up'))
  return run
}

async function onlyContainer(): Promise<string> {
  return (await home.containers())[0]?.Id ?? ''
}

describe('a container that a run holds', () => {
  test('is shown with that run, and neither restarted nor ended unless forced', async () => {
    const { child, ended } = await beginRun()
    const shown = await line.run(['status'])
    expect(shown.stdout).toMatch(/state +running, answers\n/)
    expect(shown.stdout).toMatch(/cli run .*IDT[0-9A-F]{8}R1/)
    const { value } = await line.json<Status>(['status'])
    expect(value).toMatchObject({ answers: true, runs: [{ pid: child.pid }] })

    for (const words of [['restart'], ['down'], ['ports', 'release']]) {
      const refused = await line.run(words)
      expect({ words, exitCode: refused.exitCode, stdout: refused.stdout }).toEqual({ words, exitCode: 1, stdout: '' })
      expect(refused.stderr).toContain(`(pid ${child.pid}) in ${line.folder}`)
    }
    const restarted = await line.run(['restart', '--force'])
    expect(restarted.stdout).toMatch(/^restarted {2}container iris_/)
    expect(restarted.stderr).toMatch(/IRIS restarts {2}iris_\S+ {2}boot …\n/)
    expect((await line.run(['down', '--force'])).stdout).toMatch(/^ended {2}container iris_/)
    child.kill('SIGTERM')
    expect((await ended).exitCode).toBe(143)
    expect(await home.untilClean()).toEqual([])
  })

  test('has the isolation that the environment asks for', async () => {
    const { child, written, ended } = await beginRun({ IRIS_DEVTESTER_ISOLATION: 'shared' })
    expect(written.stdout).toBe('up USER\n')
    child.kill('SIGTERM')
    await ended
    expect((await line.run(['prune', '--yes'])).stdout).toMatch(/running +idle\n$/)
    expect(await home.untilClean()).toEqual([])
  })
})

describe('a container that is there but of no use', () => {
  test('is shown as what it is, and no command pretends to use it', async () => {
    await line.run(['up'])
    const engine = await home.engine()
    const id = await onlyContainer()
    const { Processes } = await engine.call<{ Processes: string[][] }>(`/containers/${id}/top`, {
      query: { ps_args: '-o pid' },
    })
    for (const [pid] of Processes) process.kill(Number(pid), 'SIGSTOP')
    expect((await line.run(['status'])).stdout).toMatch(/state +running, does not answer yet\n/)
    for (const [pid] of Processes) process.kill(Number(pid), 'SIGCONT')

    await engine.stopContainer(id, 5)
    expect((await line.run(['status'])).stdout).toMatch(/state +exited\n/)
    const { exitCode, stderr } = await line.run(['session'])
    expect(exitCode).toBe(3)
    expect(stderr).toMatch(
      /The container iris_\S+ of .* is not running: its state is exited\..*npx @iris-devtester\/cli up/s,
    )
    await line.run(['down'])
  })
})

describe('what a container has written', () => {
  test('may be nothing, and is JSON for programs, once or for as long as it goes on', async () => {
    await line.run(['up'])
    expect(await line.run(['logs', '-n', '0'])).toEqual({ exitCode: 0, stdout: '', stderr: '' })
    expect(await line.json(['logs', '-n', '0'])).toEqual({ exitCode: 0, value: { lines: [] } })
    const { value } = await line.json<{ lines: string[] }>(['logs', '-n', '3'])
    expect(value.lines).toHaveLength(3)

    const { child, written, ended } = line.start(['logs', '-f', '-n', '2', '--json'])
    await until(() => written.stdout.split('\n').length > 2)
    child.kill('SIGTERM')
    await ended
    const following = written.stdout.trimEnd().split('\n').slice(0, 2)
    expect(following.map((one) => JSON.parse(one))).toEqual(value.lines.slice(1))
    await line.run(['down'])
  })
})

describe('a server that the environment names', () => {
  test('is asked by sql; status says that it is not this container', async () => {
    await line.run(['up'])
    const { stdout } = await line.run(['env', '--format', 'json'])
    const env = JSON.parse(stdout) as Record<string, string>

    const asked = await line.run(['sql', 'SELECT NULL AS empty, 1 AS one'], { env })
    expect(asked).toEqual({ exitCode: 0, stdout: 'empty  one\n       1\n', stderr: '' })
    const shown = await line.run(['status'], { env })
    expect(shown.exitCode).toBe(0)
    expect(shown.stderr).toContain(
      `Tests don't use this container: the environment names an IRIS at 127.0.0.1:${env.IRIS_PORT}.`,
    )
    await line.run(['down'])
  })
})

describe('prune', () => {
  test('asks on a terminal (Linux: script) before it ends anything', async () => {
    await line.run(['up'])
    const declined = onTerminal(line, ['prune'])
    await declined.type('n\r', '[y/N]')
    expect((await declined.ended).exitCode).toBe(1)
    expect(declined.screen).toMatch(/iris_\S+ +running +idle/)
    expect(declined.screen).toContain('Nothing was ended.')
    expect(await home.containers()).toHaveLength(1)

    const agreed = onTerminal(line, ['prune'])
    await agreed.type('y\r', '[y/N]')
    expect((await agreed.ended).exitCode).toBe(0)
    expect(await home.leftovers()).toEqual([])
  })
})

describe('run', () => {
  test('says why a file can not be run, and releases IRIS', async () => {
    const file = line.write('no-program', 'text')
    const { exitCode, stderr } = await line.run(['run', '--keep', 'stop', '--', file])
    expect(exitCode).toBe(126)
    expect(stderr).toContain(`The command ${file} could not be started: spawn ${file} EACCES.`)
    expect(await home.untilClean()).toEqual([])
  })

  test('leaves Ctrl-C on a terminal to the command, which gets it once (Linux: script)', async () => {
    const script =
      "process.on('SIGINT', () => { console.log('interrupted'); setTimeout(() => process.exit(9), 300) }); console.log('is up'); setInterval(() => {}, 1000)"
    writeFileSync(`${line.folder}/tests.js`, script)
    const terminal = onTerminal(line, ['run', '--keep', 'stop', '--', process.execPath, 'tests.js'])
    await terminal.type('\u0003', 'is up')
    expect((await terminal.ended).exitCode).toBe(9)
    expect(terminal.screen.match(/interrupted/g)).toHaveLength(1)
    expect(await home.untilClean()).toEqual([])
  })
})

test('a registry that was repaired on the way is worth a warning, and no more', async () => {
  await line.run(['ports', 'assign', '--port', String(portAt(4))])
  writeFileSync(home.registry.registryPath, '{ "schema_version": ')
  const { exitCode, stdout, stderr } = await line.run(['ports', 'assign', '--service', 'node'])
  expect([exitCode, Number(stdout) >= 3000]).toEqual([0, true])
  expect(stderr).toMatch(/^warning {2}/)
  renameSync(home.registry.registryPath, `${home.registry.registryPath}.aside`)
  expect((await line.run(['ports', 'list'])).stdout).toContain(String(portAt(4)))
})
