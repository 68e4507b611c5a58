import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { CommandLine } from '../cli/command-line.ts'
import { ConsumerProject } from '../consumer/consumer-project.ts'
import * as jest from '../jest/jest-project.ts'
import { jestProject } from '../jest/jest-project.ts'
import * as playwright from '../playwright/playwright-project.ts'
import { playwrightProject } from '../playwright/playwright-project.ts'
import { APP, CONFIG, SEE, seenIn, VITEST } from '../vitest/vitest-project.ts'
import { FleetHome } from './fleet-home.ts'

const STOP = { IRIS_DEVTESTER_KEEP: 'stop' }

function project(packages: readonly string[], config = CONFIG): ConsumerProject {
  return new ConsumerProject({
    files: {
      'package.json': '{ "name": "consumer", "type": "module" }',
      'vitest.config.ts': config,
      'app.ts': APP,
      'see.test.ts': SEE,
    },
    packages,
    dependencies: { vitest: 'vitest' },
  })
}

interface Listed {
  readonly assignments: readonly { readonly projectPath: string; readonly service: string; readonly port: number }[]
}

describe.runIf(hasPostgres)('with one variable more', () => {
  let fleet: FleetHome
  beforeAll(async () => {
    fleet = await FleetHome.create()
  })
  afterAll(() => fleet[Symbol.asyncDispose]())

  test('the same plugin line on two machines at once gives two containers on two ports of one engine', async () => {
    using one = project(['vitest', 'postgres'])
    // The other one names the registry in its configuration, and has nothing in its environment.
    using other = project(
      ['vitest', 'postgres'],
      CONFIG.replace('iris()', `iris({ registry: ${JSON.stringify(fleet.server.url())} })`),
    )
    const { IRIS_DEVTESTER_REGISTRY: _, ...bare } = fleet.env('b')
    const runs = [one.start(VITEST, ['run'], fleet.env('a')), other.start(VITEST, ['run'], bare)]
    const outcomes = await Promise.all(runs.map(({ ended }) => ended))

    expect(
      outcomes.map(({ exitCode }) => exitCode),
      outcomes.map(({ output }) => output).join('\n'),
    ).toEqual([0, 0])
    const ports = outcomes.map(({ output }) => seenIn(output)[0]?.port)
    expect(new Set(ports).size).toBe(2)
    const labels = (await fleet.containers()).map(({ Labels }) => Labels['iris-devtester.project'])
    expect(labels.sort()).toEqual([`/@a${one.folder}`, `/@b${other.folder}`])
    // The password is in no label, no output and no log.
    expect(JSON.stringify(await fleet.containers())).not.toContain('secret')
    for (const { output } of outcomes) expect(output).not.toContain('secret')

    // The command line sees both from either machine, by the variable and by its option.
    const { IRIS_DEVTESTER_REGISTRY: url = '', ...without } = fleet.env('a')
    using byVariable = new CommandLine({ ...without, IRIS_DEVTESTER_REGISTRY: url })
    using byOption = new CommandLine(without)
    const listed = await byVariable.json<Listed>(['ports', 'list'])
    expect(
      listed.value.assignments
        .filter(({ service }) => service === 'iris')
        .map(({ port }) => port)
        .sort(),
    ).toEqual(ports.toSorted())
    expect(await byOption.json(['ports', 'list', '--registry', url])).toEqual(listed)

    // What one machine left warm, it finds again.
    const again = await one.start(VITEST, ['run'], { ...fleet.env('a'), ...STOP }).ended
    expect(seenIn(again.output)[0]?.port, again.output).toBe(ports[0])
    expect(again.output).toMatch(/IRIS ready .* warm/)
    const down = await byVariable.run(['down', '--project', `/@b${other.folder}`])
    expect(down.exitCode, down.stderr).toBe(0)
    expect(await fleet.containers()).toEqual([])
  })

  test('Jest and Playwright take the registry from their configuration, and share the engine with each other', async () => {
    const { IRIS_DEVTESTER_REGISTRY: url = '', ...bare } = fleet.env('runners')
    const registry = JSON.stringify(url)
    using one = jestProject(
      {
        'app.js': jest.APP,
        'see.test.js': jest.SEE,
        'jest.config.js': jest.config(
          `preset: '@iris-devtester/jest', testEnvironmentOptions: { iris: { registry: ${registry} } }`,
        ),
      },
      undefined,
      ['postgres'],
    )
    using other = playwrightProject(
      {
        'playwright.config.ts': playwright.configuration({ server: `irisServer({ registry: ${registry} })` }),
        'see.spec.ts': `import { test } from '@iris-devtester/playwright'; test('sees', ({ iris }) => { ${playwright.SEE} })`,
      },
      ['postgres'],
    )
    const env = { ...bare, ...STOP }
    const outcomes = await Promise.all([
      one.start(jest.JEST, [], env).ended,
      other.start(playwright.PLAYWRIGHT, ['test'], env).ended,
    ])
    for (const { exitCode, output } of outcomes) {
      expect(exitCode, output).toBe(0)
      expect(output).not.toContain('secret')
    }
    const ports = [jest.seenIn(outcomes[0].output)[0]?.port, playwright.seenIn(outcomes[1].output)[0]?.port]
    const given = (await fleet.registry.history()).filter(
      ({ action, service }) => action === 'assigned' && service === 'iris',
    )
    const portOf = (folder: string) => given.find(({ project_path }) => project_path === `/@runners${folder}`)?.port
    expect([one, other].map(({ folder }) => portOf(folder))).toEqual(ports)
    expect(await fleet.containers()).toEqual([])
  })

  test('ports move from a folder to the server and back by export and import', async () => {
    const { IRIS_DEVTESTER_REGISTRY: url = '', ...folder } = fleet.env('mover')
    using cli = new CommandLine(folder)
    expect((await cli.run(['ports', 'assign', '--service', 'node', '--port', '3123'])).exitCode).toBe(0)
    cli.write('ports.json', (await cli.run(['ports', 'export'])).stdout)
    const there = await cli.json<{ imported: { projectPath: string }[] }>([
      'ports',
      'import',
      'ports.json',
      '--registry',
      url,
    ])
    expect(there).toMatchObject({
      exitCode: 0,
      value: { imported: [{ projectPath: `/@mover${cli.folder}`, service: 'node', port: 3123 }], skipped: [] },
    })
    cli.write('fleet.json', (await cli.run(['ports', 'export', '--registry', url])).stdout)
    expect((await cli.run(['ports', 'release', '--service', 'node'])).exitCode).toBe(0)
    const back = await cli.json(['ports', 'import', 'fleet.json'])
    expect(back.value).toMatchObject({ imported: [{ projectPath: cli.folder, service: 'node', port: 3123 }] })
    expect((await cli.run(['ports', 'release', '--service', 'node', '--registry', url])).exitCode).toBe(0)
  })

  test('without the package, the error says what to install, and no container is started', async () => {
    using consumer = project(['vitest'])
    // The outer runner's launcher lets Node find all of the workspace's packages.
    const env = { ...fleet.env('c'), NODE_PATH: undefined }
    const { exitCode, output } = await consumer.start(VITEST, ['run'], env).ended
    expect(exitCode, output).not.toBe(0)
    expect(output).toContain('npm install --save-dev @iris-devtester/postgres')
    expect(output).not.toContain('secret')
    expect(await fleet.containers()).toEqual([])
  })
})
