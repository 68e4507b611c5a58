import { once } from 'node:events'
import { readdirSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { portAt } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'
import { onTerminal } from './terminal.ts'

interface Assignments {
  readonly assignments: readonly { readonly projectPath: string; readonly service: string; readonly port: number }[]
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

/** A run of the project that is live: this process's own. */
async function liveRun(): Promise<void> {
  const { currentProcess } = await import('../../../packages/core/src/process/process-identity.ts')
  await home.registry.update('test', (draft) => {
    draft.leases.push({
      id: 'live',
      project_path: line.folder,
      runner: 'vitest',
      process: currentProcess(),
      acquired_at: new Date().toISOString(),
      namespaces: ['IDT1'],
    })
  })
}

describe('ports', () => {
  test('ranges shows the ranges and sets one for all commands', async () => {
    const unset = { IRIS_DEVTESTER_PORT_RANGE: undefined, IRIS_DEVTESTER_WEB_PORT_RANGE: undefined }
    using line = new CommandLine({ ...home.env, ...unset })
    const set = await line.run(['ports', 'ranges', '--set', '21300-21311'])
    expect(set).toMatchObject({ exitCode: 0, stderr: '' })
    expect(set.stdout).toMatch(/^SERVICE +RANGE +PORTS\niris +21300-21311 +12\niris-web +52773-52784 +12\nnode /)
    expect((await line.run(['ports', 'assign'])).stdout).toBe('21300\n')
    expect((await line.run(['ports', 'ranges', '--set', '9-1'])).exitCode).toBe(2)
    const { value } = await line.json<{ ranges: object }>(['ports', 'ranges', '--set', 'default'])
    expect(value.ranges).toMatchObject({ iris: [1972, 1981], 'iris-web': [52_773, 52_782] })
    const env = { IRIS_DEVTESTER_PORT_RANGE: '21320-21329' }
    expect((await line.run(['ports', 'ranges'], { env })).stdout).toContain('21320-21329')
    const overridden = await line.run(['ports', 'ranges', '--set', '21300-21311'], { env })
    expect(overridden.stderr).toContain('To use what is set: unset IRIS_DEVTESTER_PORT_RANGE')
  })

  test('assign prints the port, list and inspect show it, release gives it back', async () => {
    const assigned = await line.run(['ports', 'assign', '--service', 'node'])
    expect(assigned).toMatchObject({ exitCode: 0, stderr: '' })
    const port = Number(assigned.stdout)
    expect(port).toBeGreaterThanOrEqual(3000)

    expect((await line.run(['ports', 'list'])).stdout).toMatch(
      new RegExp(`^PROJECT +SERVICE +PORT +TYPE +STATUS +CONTAINER\n${line.folder} +node +${port} +auto +active +-\n$`),
    )
    const inspected = await line.run(['ports', 'inspect', line.folder])
    expect(inspected.stdout).toContain(`${line.folder}\n\nPorts\n`)
    expect(inspected.stdout).toMatch(/Live runs\nnone/)
    expect(inspected.stdout).toMatch(new RegExp(`assigned +${port} +node`))

    const released = await line.run(['ports', 'release', '--service', 'node'])
    expect(released).toMatchObject({ exitCode: 0, stdout: `released  node ${port}  ${line.folder}\n` })
    expect((await line.run(['ports', 'list'])).stdout).toBe('')
    expect((await line.run(['ports', 'inspect'])).stdout).toMatch(new RegExp(`Remembered\nnode ${port}`))
  })

  test('assign takes the very port that is asked for, and says who has it when it is taken', async () => {
    using other = new CommandLine(home.env)
    expect((await line.run(['ports', 'assign', '--port', String(portAt(3))])).stdout).toBe(`${portAt(3)}\n`)

    const refused = await other.run(['ports', 'assign', '--port', String(portAt(3))])
    const forPrograms = await other.json<Record<string, unknown>>(['ports', 'assign', '--port', String(portAt(3))])

    expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
    expect(refused.stderr).toContain(line.folder)
    expect(forPrograms.exitCode).toBe(1)
    expect(forPrograms.value).toMatchObject({ success: false, error: 'PORT_IN_USE' })
    expect((forPrograms.value.suggestions as number[]).length).toBeGreaterThanOrEqual(3)
    expect((await other.run(['ports', 'assign', '--port', '80'])).exitCode).toBe(2)
  })

  test('--project and --registry say which, wherever one stands', async () => {
    using other = new CommandLine({ IRIS_DEVTESTER_HOME: `${home.folder}/elsewhere` })

    const registry = ['--registry', home.registry.registryPath]
    await other.run(['ports', 'assign', '--project', line.folder, ...registry])

    const { value } = await line.json<Assignments>(['ports', 'list'])
    expect(value.assignments).toMatchObject([{ projectPath: line.folder, service: 'iris' }])
    expect((await other.run(['ports', 'list'])).stdout).toBe('')
    const inEnvironment = await other.run(['ports', 'inspect', ...registry], {
      env: { IRIS_PROJECT_PATH: line.folder },
    })
    expect(inEnvironment.exitCode).toBe(0)
  })

  test('what is not there is exit code 3, with a note for people and an empty answer for programs', async () => {
    for (const words of [
      ['ports', 'inspect'],
      ['ports', 'release'],
      ['ports', 'clear'],
      ['ports', 'cleanup'],
    ]) {
      const { exitCode, stdout, stderr } = await line.run(words)
      expect({ words, exitCode, stdout }).toEqual({ words, exitCode: 3, stdout: '' })
      expect(stderr).toMatch(/^[^\n]+\.\n$/)
      expect((await line.json(words)).exitCode).toBe(3)
    }
    expect((await line.json<Assignments>(['ports', 'list'])).value.assignments).toEqual([])
  })

  test('release and clear are refused while a run is live, unless forced', async () => {
    await line.run(['ports', 'assign'])
    await liveRun()

    expect((await line.run(['ports', 'list'])).stdout).toMatch(new RegExp(`vitest +${process.pid} `))
    for (const words of [
      ['ports', 'release'],
      ['ports', 'clear', '--yes'],
    ]) {
      const refused = await line.run(words)
      expect(refused).toMatchObject({ exitCode: 1, stdout: '' })
      expect(refused.stderr).toContain(`vitest (pid ${process.pid}) in ${line.folder}`)
    }
    expect((await line.run(['ports', 'clear', '--yes', '--force'])).exitCode).toBe(0)
    expect(await home.registry.listAll()).toEqual([])
  })

  test('clear asks on a terminal (Linux: script) and elsewhere wants --yes', async () => {
    await line.run(['ports', 'assign'])

    expect(await line.run(['ports', 'clear'])).toMatchObject({ exitCode: 2, stdout: '' })
    const declined = onTerminal(line, ['ports', 'clear'])
    await declined.type('n\r', '[y/N]')
    expect((await declined.ended).exitCode).toBe(1)
    expect(await home.registry.listAll()).toHaveLength(1)

    const agreed = onTerminal(line, ['ports', 'clear'])
    await agreed.type('y\r', '[y/N]')
    expect((await agreed.ended).exitCode).toBe(0)
    expect(await home.registry.listAll()).toEqual([])
  })

  test('cleanup releases the port of a folder that is gone', async () => {
    const gone = new CommandLine(home.env)
    await gone.run(['ports', 'assign'])
    gone[Symbol.dispose]()

    const { exitCode, stdout } = await line.run(['ports', 'cleanup'])

    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: `released  iris ${portAt(0)}  ${gone.folder}\n` })
  })

  test('explain and history tell who has a port and how that came', async () => {
    await line.run(['ports', 'assign', '--port', String(portAt(5))])

    const explained = await line.run(['ports', 'explain', String(portAt(5))])
    expect(explained.stdout).toContain(`${portAt(5)}  not available  range of iris`)
    expect(explained.stdout).toContain(`Project ${line.folder} has it for service "iris"`)
    expect((await line.json(['ports', 'explain', String(portAt(6))])).value).toMatchObject({
      port: portAt(6),
      isAvailable: true,
    })

    await line.run(['ports', 'release'])
    const { value } = await line.json<{ history: { action: string }[] }>(['ports', 'history'])
    expect(value.history.map(({ action }) => action)).toEqual(['released', 'assigned'])
    expect((await line.run(['ports', 'history', '-n', '1'])).stdout.trim().split('\n')).toHaveLength(2)
  })

  test('explain shows what else is on a port, what could not be checked, and ports outside every range', async () => {
    const server = createServer().listen(portAt(7), '127.0.0.1')
    await once(server, 'listening')
    const taken = await line.run(['ports', 'explain', String(portAt(7))])
    expect(taken.stdout).toContain(`${portAt(7)}  not available`)
    expect(taken.stdout).toContain(String(process.pid))
    server.close()

    const blind = await line.run(['ports', 'explain', String(portAt(6))], {
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    })
    expect(blind.exitCode).toBe(0)
    expect(blind.stderr).toContain('Containers could not be checked: no engine answers')
    expect((await line.run(['ports', 'explain', '999'])).stdout).toContain("999  not available  in no service's range")
  })

  test('history is of one project where one is named, and may be empty', async () => {
    expect(await line.run(['ports', 'history'])).toEqual({
      exitCode: 0,
      stdout: '',
      stderr: 'Nothing has happened yet.\n',
    })
    using other = new CommandLine(home.env)
    await line.run(['ports', 'assign'])
    await other.run(['ports', 'assign'])
    const { value } = await line.json<{ history: { projectPath: string }[] }>([
      'ports',
      'history',
      '--project',
      other.folder,
    ])
    expect(value.history.map(({ projectPath }) => projectPath)).toEqual([other.folder])
  })

  test('inspect tells what is remembered of a project without ports, and why no container can be looked for', async () => {
    await line.run(['ports', 'assign', '--port', String(portAt(2))])
    await line.run(['ports', 'release', '--force'])
    const { exitCode, stdout } = await line.run(['ports', 'inspect'], {
      env: { DOCKER_HOST: 'unix:///nowhere/docker.sock' },
    })
    expect(exitCode).toBe(0)
    expect(stdout).toContain('Ports\nnone assigned')
    expect(stdout).toContain(`Remembered\niris ${portAt(2)}, released `)
    expect(stdout).toMatch(/Container\nNo container engine answers/)
    const none = await line.run(['ports', 'release', '--service', 'node'])
    expect(none).toMatchObject({ exitCode: 3, stdout: '' })
    expect(none.stderr).toContain('has no port for the service "node"')
  })

  test('doctor changes nothing by itself and repairs a damaged view with --repair', async () => {
    await line.run(['ports', 'assign', '--port', String(portAt(4))])
    expect((await line.run(['ports', 'doctor'])).exitCode).toBe(0)
    writeFileSync(home.registry.registryPath, '{ "schema_version": ')

    const before = readdirSync(home.folder)
    const found = await line.run(['ports', 'doctor'])
    expect(found.exitCode).toBe(1)
    expect(found.stdout).toContain('needs attention')
    expect(found.stdout).toContain('npx @iris-devtester/cli ports doctor --repair')
    expect(readdirSync(home.folder)).toEqual(before)

    const repaired = await line.run(['ports', 'doctor', '--repair'])
    expect(repaired).toMatchObject({ exitCode: 0, stderr: '' })
    expect(repaired.stdout).toContain('repaired')
    expect((await line.json<Assignments>(['ports', 'list'])).value.assignments).toMatchObject([{ port: portAt(4) }])
  })
})
