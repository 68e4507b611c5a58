import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { LOOPBACK_6, withHosts } from '../../machine/ipv6.ts'
import { newTestFolder } from '../../machine/test-folder.ts'
import { SocketHolder } from '../mcp/socket-holder.ts'
import { CommandLine } from './command-line.ts'

interface Answer {
  readonly success?: false
  readonly error?: string
  readonly message: string
  readonly details: Record<string, unknown>
  readonly suggestions: readonly number[]
  readonly assignment: { readonly port: number; readonly type: string; readonly assignedAt: string }
}

const TYPES = ['node', 'static', 'python', 'php'] as const

let home: string
let project: CommandLine
let other: CommandLine

beforeEach(() => {
  home = newTestFolder()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home })
  other = new CommandLine({ IRIS_DEVTESTER_HOME: home })
})

afterEach(() => {
  project[Symbol.dispose]()
  other[Symbol.dispose]()
})

describe('the criteria of the port story, on the command line', () => {
  it.for([
    ['1: a Node.js project gets a port of 3000-3999', 'node', 3000, 3999],
    ['2: a Python project gets a port of 5000-5999', 'python', 5000, 5999],
    ['3: a PHP project gets a port of 8080-8980', 'php', 8080, 8980],
    ['4: a static project gets a port of 4000-4999', 'static', 4000, 4999],
  ] as const)('%s', async ([, type, first, last]) => {
    const { assignment } = await ask(project, type)
    expect(assignment.port).toBeGreaterThanOrEqual(first)
    expect(assignment.port).toBeLessThanOrEqual(last)
    for (const port of [first - 1, last + 1]) {
      const refused = await ask(other, type, port)
      expect(refused).toMatchObject({ success: false, error: 'PORT_OUT_OF_RANGE', details: { range: [first, last] } })
      expect(refused.suggestions.length).toBeGreaterThanOrEqual(3)
    }
  })

  const sockets = [
    ['tcp', '127.0.0.1', 3811],
    ['tcp', '::1', 3814],
    ['udp', '127.0.0.1', 3817],
    ['udp', '::1', 3820],
  ] as const
  it.for(withHosts(sockets, ([, host]) => host))(
    '5: a port that a process holds over %s at %s is refused with its holder',
    async ([protocol, host, port]) => {
      await using holder = await SocketHolder.start(protocol, host, port)
      const refused = await ask(project, 'node', port)
      expect(refused).toMatchObject({ success: false, error: 'PORT_IN_USE', details: { port, pid: holder.pid } })
      expect(refused.suggestions).toHaveLength(3)
      const forPeople = await project.run(['ports', 'assign', '--service', 'node', '--port', String(port)])
      expect(forPeople).toMatchObject({ exitCode: 1, stdout: '' })
      for (const word of [String(port), String(holder.pid), ...refused.suggestions.map(String)]) {
        expect(forPeople.stderr).toContain(word)
      }
    },
  )

  it("5: another project's port is refused with that project, its service and since when", async () => {
    const { assignment } = await ask(other, 'node', 3830)
    expect(await ask(project, 'node', 3830)).toMatchObject({
      success: false,
      error: 'PORT_IN_USE',
      details: {
        port: 3830,
        conflictingProject: other.folder,
        conflictingService: 'node',
        startedAt: assignment.assignedAt,
      },
      suggestions: { length: 3 },
    })
  })

  it('6: without a port, the next one of the range that is free is assigned', async () => {
    await setRange('python', '5960-5969')
    await using tcp = await SocketHolder.start('tcp', LOOPBACK_6, 5960)
    await using udp = await SocketHolder.start('udp', '127.0.0.1', 5961)
    expect([tcp.pid, udp.pid]).not.toContain(undefined)
    await ask(other, 'python', 5962)
    expect((await ask(project, 'python')).assignment).toMatchObject({ port: 5963, type: 'auto' })
  })

  it('7: a system port is refused to every type', async () => {
    for (const type of TYPES) {
      const refused = await ask(project, type, 2601)
      expect(refused).toMatchObject({ success: false, error: 'SYSTEM_RESERVED', details: { range: [2601, 2699] } })
      expect(refused.suggestions.length).toBeGreaterThanOrEqual(3)
    }
    expect(await listed()).toEqual([])
  })
})

describe('the rest of the port story, on the command line', () => {
  it('a port is given back, and had again by the same project', async () => {
    const first = await ask(project, 'node')
    expect((await ask(project, 'node')).assignment).toEqual(first.assignment)
    expect((await project.run(['ports', 'release', '--service', 'node'])).exitCode).toBe(0)
    expect(await listed()).toEqual([])
    expect((await ask(project, 'node')).assignment.port).toBe(first.assignment.port)
  })

  it('projects that ask at the same moment get a port each', async () => {
    await setRange('node', '3840-3859')
    const projects = Array.from({ length: 6 }, () => new CommandLine({ IRIS_DEVTESTER_HOME: home }))
    const answers = await Promise.all(projects.map((one) => ask(one, 'node')))
    expect(new Set(answers.map(({ assignment }) => assignment.port)).size).toBe(6)
    for (const one of projects) one[Symbol.dispose]()
  })

  it('both ends of a range can be had; a full range is refused with free ports of another type', async () => {
    await setRange('php', '8930-8931')
    expect((await ask(project, 'php', 8931)).assignment.port).toBe(8931)
    expect((await ask(other, 'php', 8930)).assignment.port).toBe(8930)
    using third = new CommandLine({ IRIS_DEVTESTER_HOME: home })
    const refused = await ask(third, 'php')
    expect(refused).toMatchObject({ success: false, error: 'PORT_EXHAUSTED', suggestions: { length: 3 } })
    expect(refused.message).toContain(other.folder)
    const [port] = refused.suggestions
    const had = await ask(third, String(refused.details.suggestedType), port)
    expect(had.assignment.port).toBe(port)
  })

  it('a damaged registry file loses no port', async () => {
    const { assignment } = await ask(other, 'node', 3862)
    for (const text of ['', '{', '[]', '\0\0\0']) {
      writeFileSync(join(home, 'port-registry.json'), text)
      expect(await ask(project, 'node', 3862)).toMatchObject({ error: 'PORT_IN_USE' })
      expect((await ask(other, 'node')).assignment).toEqual(assignment)
    }
  })

  it('a registry that can not be written is refused with what to do, and no port is given', async () => {
    writeFileSync(join(project.folder, 'file'), '')
    using nowhere = new CommandLine({ IRIS_DEVTESTER_HOME: join(project.folder, 'file') })
    const { error, message } = await ask(nowhere, 'node')
    expect(error).toMatch(/^REGISTRY_/)
    expect(message).toContain(join(project.folder, 'file'))
  })
})

async function ask(where: CommandLine, type: string, port?: number): Promise<Answer> {
  const words = [
    'ports',
    'assign',
    '--service',
    type,
    ...(port === undefined ? [] : ['--port', String(port)]),
    '--json',
  ]
  // Refusals are JSON as well, and go where errors go.
  const { stdout, stderr } = await where.run(words)
  return JSON.parse(stdout || stderr) as Answer
}

async function listed(): Promise<unknown[]> {
  return (await project.json<{ assignments: unknown[] }>(['ports', 'list'])).value.assignments
}

async function setRange(service: string, range: string): Promise<void> {
  const { exitCode, stderr } = await project.run(['ports', 'ranges', '--service', service, '--set', range])
  expect(exitCode, stderr).toBe(0)
}
