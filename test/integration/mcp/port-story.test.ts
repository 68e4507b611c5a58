import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { hasIpv6, withHosts } from '../../machine/ipv6.ts'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'
import { SocketHolder } from './socket-holder.ts'

const TYPES = ['node', 'static', 'python', 'php'] as const

const SOCKETS = [
  ['tcp', '127.0.0.1', 'ipv4', 3871],
  ['tcp', '::1', 'ipv6', 3874],
  ['udp', '127.0.0.1', 'ipv4', 3877],
  ['udp', '::1', 'ipv6', 3880],
] as const

let home: TestHome
let project: CommandLine
let other: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
})

afterEach(async () => {
  project[Symbol.dispose]()
  other[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

describe('a port story', () => {
  it.for([
    ['1: a Node.js project gets a port of 3000-3999', 'node', 3000, 3999],
    ['2: a Python project gets a port of 5000-5999', 'python', 5000, 5999],
    ['3: a PHP project gets a port of 8080-8980', 'php', 8080, 8980],
    ['4: a static project gets a port of 4000-4999', 'static', 4000, 4999],
  ] as const)('%s', async ([, type, first, last]) => {
    await using agent = await Agent.start(project)
    const { value } = await agent.call('ports_request', { type })
    expect(value.assignment.port).toBeGreaterThanOrEqual(first)
    expect(value.assignment.port).toBeLessThanOrEqual(last)
    for (const [port, error] of [
      [first - 1, 'PORT_OUT_OF_RANGE'],
      [last + 1, 'PORT_OUT_OF_RANGE'],
    ] as const) {
      const refused = await agent.call('ports_request', { type, port })
      expect(refused.value).toMatchObject({ success: false, error, details: { range: [first, last] } })
      expect(refused.value.suggestions.length).toBeGreaterThanOrEqual(3)
    }
  })

  it.for(withHosts(SOCKETS, ([, host]) => host))(
    '5: a port that a process holds over %s at %s is refused with its holder',
    async (socket) => {
      const [protocol, host, family, port] = socket
      await using holder = await SocketHolder.start(protocol, host, port)
      await using agent = await Agent.start(project)
      const { isError, value } = await agent.call('ports_request', { type: 'node', port })
      expect(isError).toBe(true)
      expect(value).toMatchObject({ success: false, error: 'PORT_IN_USE', details: { port, pid: holder.pid } })
      expect(value.suggestions).toHaveLength(3)
      expect(value.suggestions).toEqual(nearestFirst(port, value.suggestions))
      const { value: checked } = await agent.call('ports_check', { port })
      const expected = { tcp: { ipv4: 'free', ipv6: 'free' }, udp: { ipv4: 'free', ipv6: 'free' } }
      expected[protocol][family] = 'busy'
      expect(checked).toMatchObject({ isFree: false, ...expected })
      expect(checked.holders).toEqual([expect.objectContaining({ kind: 'process', remedy: `kill ${holder.pid}` })])
    },
  )

  it("5: another project's port is refused with that project, its service and since when", async () => {
    await using theirs = await Agent.start(other)
    await using agent = await Agent.start(project)
    const { value: given } = await theirs.call('ports_request', { type: 'node', port: 3860 })
    const { value } = await agent.call('ports_request', { type: 'node', port: 3860 })
    expect(value).toMatchObject({ success: false, error: 'PORT_IN_USE' })
    expect(value.details).toEqual({
      port: 3860,
      conflictingProject: other.folder,
      conflictingService: 'node',
      startedAt: given.assignment.assignedAt,
    })
    expect(value.suggestions).toHaveLength(3)
    expect(value.suggestions).toEqual(nearestFirst(3860, value.suggestions))
    const { value: suggested } = await agent.call('ports_suggest', { type: 'node', near: 3860 })
    expect(suggested.suggestions).toEqual(value.suggestions)
  })

  it('6: auto gives the next port that is free, past assigned ones and ones that processes hold', async () => {
    await setRange('python', '5950-5959')
    await using tcp = await SocketHolder.start('tcp', '0.0.0.0', 5951)
    await using udp = await SocketHolder.start('udp', hasIpv6 ? '::' : '0.0.0.0', 5952)
    await using theirs = await Agent.start(other)
    await using agent = await Agent.start(project)
    expect((await theirs.call('ports_request', { type: 'python', port: 5950 })).isError).toBe(false)
    expect((await agent.call('ports_suggest', { type: 'python' })).value.suggestions).toEqual([5953, 5954, 5955])
    const { value } = await agent.call('ports_request', { type: 'python', port: 'auto' })
    expect([tcp.pid, udp.pid]).not.toContain(undefined)
    expect(value.assignment).toMatchObject({ port: 5953, type: 'auto' })
  })

  it('7: a system port is refused to every type', async () => {
    await using agent = await Agent.start(project)
    for (const type of TYPES) {
      for (const port of [2601, 2699]) {
        const { isError, value } = await agent.call('ports_request', { type, port })
        expect({ isError, value }).toMatchObject({
          isError: true,
          value: { success: false, error: 'SYSTEM_RESERVED', details: { port, range: [2601, 2699] } },
        })
        expect(value.suggestions.length).toBeGreaterThanOrEqual(3)
      }
    }
    expect((await agent.call('ports_list')).value.assignments).toEqual([])
  })
})

describe('edges of the port story', () => {
  it('a full range is refused with three free ports of another type, which can be had', async () => {
    await setRange('node', '3950-3951')
    await using holder = await SocketHolder.start('tcp', '127.0.0.1', 3950)
    await using theirs = await Agent.start(other)
    await using agent = await Agent.start(project)
    await theirs.call('ports_request', { type: 'node' })
    const { isError, value } = await agent.call('ports_request', { type: 'node' })
    expect({ isError, value }).toMatchObject({ isError: true, value: { success: false, error: 'PORT_EXHAUSTED' } })
    expect(value.message).toContain(`process ${holder.pid}`)
    expect(value.message).toContain(other.folder)
    expect(value.suggestions).toHaveLength(3)
    expect(value.suggestions).toEqual(value.suggestions.toSorted((one: number, two: number) => one - two))
    for (const port of value.suggestions) {
      const had = await agent.call('ports_request', { type: value.details.suggestedType, port })
      expect(had.value.assignment.port, had.text).toBe(port)
    }
  })

  it('both ends of a range can be had', async () => {
    await setRange('php', '8900-8909')
    await using agent = await Agent.start(project)
    for (const port of [8900, 8909]) {
      expect((await agent.call('ports_request', { type: 'php', port })).value.assignment.port).toBe(port)
    }
  })

  it('a port outlasts its server, is given back, and is had again', async () => {
    const ask = async (name: string, given: object) => {
      await using agent = await Agent.start(project)
      return await agent.call(name, { type: 'node', ...given })
    }
    const first = await ask('ports_request', {})
    expect((await ask('ports_request', {})).value).toEqual(first.value)
    await ask('ports_release', {})
    expect((await ask('ports_request', {})).value.assignment.port).toBe(first.value.assignment.port)
  })

  it('a damaged registry file loses no port', async () => {
    await using theirs = await Agent.start(other)
    await using agent = await Agent.start(project)
    const { value: given } = await theirs.call('ports_request', { type: 'node', port: 3866 })
    for (const text of ['', '{', '[]', '\0\0\0']) {
      writeFileSync(join(home.path, 'port-registry.json'), text)
      expect((await agent.call('ports_request', { type: 'node', port: 3866 })).value.error).toBe('PORT_IN_USE')
      expect((await theirs.call('ports_request', { type: 'node' })).value).toEqual(given)
    }
  })

  it('a registry that can not be written is refused, and the server serves on', async () => {
    const file = project.write('file', '')
    using nowhere = new CommandLine({ IRIS_DEVTESTER_HOME: file })
    await using agent = await Agent.start(nowhere)
    for (let round = 0; round < 2; round += 1) {
      const { isError, value } = await agent.call('ports_request', { type: 'node' })
      expect({ isError, value }).toMatchObject({ isError: true, value: { success: false } })
      expect(value.error).toMatch(/^REGISTRY_/)
    }
  })
})

/** Gives a type a range of the test's own. */
async function setRange(service: string, range: string): Promise<void> {
  const { exitCode, stderr } = await project.run(['ports', 'ranges', '--service', service, '--set', range])
  expect(exitCode, stderr).toBe(0)
}

function nearestFirst(wanted: number, ports: readonly number[]): number[] {
  return ports.toSorted((one, two) => Math.abs(one - wanted) - Math.abs(two - wanted))
}
