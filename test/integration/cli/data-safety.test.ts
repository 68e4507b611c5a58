import { mkdirSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { importForeignImage, type TestImage } from '../../machine/foreign-image.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'

interface Listed {
  readonly containers: readonly { readonly id: string; readonly state: string; readonly port: number }[]
}

/** One project with a table, which every command that fails has to leave as it is. */
describe('a container with data', () => {
  const home = new RegistryHome()
  const line = new CommandLine(home.env)
  let id: string
  let port: number
  let foreign: TestImage
  let takenPort: number
  let listener: Server
  let freePort: number

  beforeAll(async () => {
    const up = await line.json<{ container: { id: string }; connection: { port: number } }>(['up'])
    id = up.value.container.id
    port = up.value.connection.port
    await line.run(['sql', 'CREATE TABLE Shop.Orders (Id INT)'])
    await line.run(['sql', 'INSERT INTO Shop.Orders (Id) VALUES (42)'])
    foreign = await importForeignImage(await home.engine())
    const free = [portAt(9), portAt(8), portAt(7), portAt(6), portAt(5)].filter((one) => one !== port)
    ;[takenPort, freePort] = [free[0] as number, free[1] as number]
    listener = createServer().listen(takenPort, '127.0.0.1')
  })

  afterAll(async () => {
    listener.close()
    await foreign[Symbol.asyncDispose]()
    line[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  async function expectUntouched() {
    const { value } = await line.json<Listed>(['list'])
    expect(value.containers).toMatchObject([{ id, state: 'running', port }])
    expect((await line.json(['sql', 'SELECT Id FROM Shop.Orders'])).value).toEqual({ rows: [{ Id: 42 }] })
    expect((await line.json(['ports', 'inspect'])).value).toMatchObject({
      assignments: [{ service: 'iris', port }, { service: 'iris-web' }],
    })
  }

  test.each([
    ['a port out of range', ['--port', '1999'], 2, /1999/],
    ['a web port out of range', ['--web-port', '1999'], 2, /1999/],
    ['a port that is taken', () => ['--port', String(takenPort)], 1, /port is \d+, asked for \d+/],
    ['an image that does not exist', ['--image', 'nope/nope:1'], 1, /image is .*, asked for nope\/nope:1/],
    ['a port out of range, to replace it', ['--replace', '--port', '1999'], 2, /1999/],
    ['a port that is taken, to replace it', () => ['--replace', '--port', String(takenPort)], 1, /already used/],
    ['an image that does not exist, to replace it', ['--replace', '--image', 'nope/nope:1'], 1, /nope\/nope:1/],
    [
      'an image that does not start, to replace it',
      () => ['--replace', '--image', foreign.tag],
      1,
      /did not start.*made for another architecture/,
    ],
  ])('is left as it is by an up that asks for %s', async (_, words, exitCode, message) => {
    const given = typeof words === 'function' ? words() : words
    const outcome = await line.run(['up', ...given])
    expect(outcome.exitCode, outcome.stderr).toBe(exitCode)
    expect(outcome.stderr).toMatch(message)
    await line.run(['up'])
    await expectUntouched()
  })

  test('is not replaced without `--replace`: the refusal names the setting, both values and both ways out', async () => {
    const outcome = await line.run(['run', '--image', 'other/iris:1', '--', 'true'])
    expect(outcome).toMatchObject({ exitCode: 1, stdout: '' })
    expect(outcome.stderr).toMatch(/was created with other settings, and may hold data/)
    expect(outcome.stderr).toMatch(/image is .+, asked for other\/iris:1/)
    expect(outcome.stderr).toMatch(/--replace/)
    expect(outcome.stderr).toMatch(/down --project/)
    await expectUntouched()
  })

  test('takes another namespace and another user while it runs', async () => {
    const run = await line.run([
      ...['run', '--isolation', 'shared', '--namespace', 'SHOP', '--username', 'ada', '--password', "pa'ss", '--'],
      ...['sh', '-c', 'echo "$IRIS_NAMESPACE $IRIS_USERNAME $IRIS_PASSWORD"'],
    ])
    expect(run.stdout, run.stderr).toBe("SHOP ada pa'ss\n")
    expect(run.stderr).toMatch(/warm/)
    const asAda = ['sql', 'SELECT 1 AS one', '--namespace', 'SHOP', '--username', 'ada', '--password', "pa'ss"]
    expect((await line.json(asAda)).value).toEqual({ rows: [{ one: 1 }] })
    // What a run asks for is the run's own: the container's defaults stay.
    expect((await line.json(['env'])).value).toMatchObject({ IRIS_NAMESPACE: 'USER', IRIS_USERNAME: 'test' })
    await expectUntouched()
  })

  test('keeps the idle limit that up gave it', async () => {
    await line.run(['up', '--idle', '60'])
    await line.run(['run', '--', 'true'])
    expect((await line.json<Listed>(['list'])).value.containers).toMatchObject([{ idleTimeoutMs: 3_600_000 }])
    await expectUntouched()
  })

  test('is replaced when the user says so, and nothing of it stays', async () => {
    const up = await line.run(['up', '--replace', '--port', String(freePort)])
    expect(up.exitCode, up.stderr).toBe(0)
    expect(up.stderr).toMatch(new RegExp(`Replacing container .*: port is ${port}, asked for ${freePort}`))
    const { value } = await line.json<Listed>(['list'])
    expect(value.containers).toMatchObject([{ state: 'running', port: freePort }])
    expect(value.containers[0]?.id).not.toBe(id)
    expect((await line.run(['sql', 'SELECT Id FROM Shop.Orders'])).exitCode).toBe(1)
    expect(await home.containers()).toHaveLength(1)
    expect((await line.json(['ports', 'inspect'])).value).toMatchObject({
      assignments: [
        { service: 'iris', port: freePort },
        { service: 'iris-web', port: expect.any(Number) },
      ],
    })
  })
})

describe('what up was given', () => {
  const home = new RegistryHome()
  const line = new CommandLine(home.env)

  afterAll(async () => {
    line[Symbol.dispose]()
    await home[Symbol.asyncDispose]()
  })

  test('is what env, sql and session use, whatever characters are in it, and a run too', async () => {
    expect((await line.run(['up', '--password', 'x"y\'z', '--namespace', 'SHOP'])).exitCode).toBe(0)
    const { stdout } = await line.shell(
      'eval "$($PROGRAM env)" && echo "$IRIS_NAMESPACE $IRIS_USERNAME $IRIS_PASSWORD"',
    )
    expect(stdout).toBe('SHOP test x"y\'z\n')
    expect((await line.json(['sql', 'SELECT 1 AS one'])).value).toEqual({ rows: [{ one: 1 }] })
    const session = await line.run(['session'], { input: 'Write "<",$Namespace,">"\nHalt\n' })
    expect(session.stdout).toContain('<SHOP>')
    const run = await line.run([
      'run',
      '--isolation',
      'shared',
      '--',
      'sh',
      '-c',
      'echo $IRIS_NAMESPACE $IRIS_PASSWORD',
    ])
    expect(run.stdout, run.stderr).toBe('SHOP x"y\'z\n')
  })

  test('stays so over a restart', async () => {
    expect((await line.run(['restart'])).exitCode).toBe(0)
    expect((await line.json(['sql', 'SELECT 1 AS one'])).value).toEqual({ rows: [{ one: 1 }] })
  })

  test('changes with the next up that says so, on the same container', async () => {
    const before = (await line.json<Listed>(['list'])).value.containers[0]?.id
    expect((await line.run(['up', '--password', 'changed', '--namespace', 'OTHER'])).exitCode).toBe(0)
    expect((await line.json(['env'])).value).toMatchObject({ IRIS_NAMESPACE: 'OTHER', IRIS_PASSWORD: 'changed' })
    expect((await line.json(['sql', 'SELECT 1 AS one'])).value).toEqual({ rows: [{ one: 1 }] })
    expect((await line.run(['restart'])).exitCode).toBe(0)
    expect((await line.json(['sql', 'SELECT 1 AS one'])).value).toEqual({ rows: [{ one: 1 }] })
    expect((await line.json<Listed>(['list'])).value.containers[0]?.id).toBe(before)
  })

  test('no label and no file of the registry shows a password', async () => {
    const [container] = await home.containers()
    expect(JSON.stringify(container)).not.toMatch(/changed|x\\"y/)
    expect(JSON.stringify(await home.registry.read())).not.toMatch(/changed|x\\"y/)
  })

  test('is found from a folder of the project, which is named', async () => {
    line.write('package.json', '{}')
    const cwd = join(line.folder, 'src/orders')
    mkdirSync(cwd, { recursive: true })
    const status = await line.run(['status'], { cwd })
    expect(status.exitCode, status.stderr).toBe(0)
    expect(status.stderr).toContain(line.folder)
    expect(status.stdout).toMatch(/state +running/)
    const up = await line.run(['up'], { cwd })
    expect(up.stderr).toMatch(/warm/)
    expect(await home.containers()).toHaveLength(1)
  })
})
