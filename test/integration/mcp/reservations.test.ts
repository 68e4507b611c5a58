import { afterEach, beforeEach, expect, it } from 'vitest'
import { LOOPBACK_6 } from '../../machine/ipv6.ts'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'
import { HttpServer } from './http-server.ts'
import { SocketHolder } from './socket-holder.ts'

let home: TestHome
let project: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
})

afterEach(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

it('a session that ends gives back what it reserved with a time limit, unless something listens there', async () => {
  const agent = await Agent.start(project)
  const used = await agent.call('ports_request', { type: 'node', minutes: 30 })
  const unused = await agent.call('ports_request', { type: 'python', minutes: 30 })
  const unlimited = await agent.call('ports_request', { type: 'php' })
  const renewedForGood = await agent.call('ports_request', { type: 'static', minutes: 30 })
  await agent.call('ports_request', { type: 'static' })
  const { expiresAt, assignedAt } = unused.value.assignment
  expect(Date.parse(expiresAt) - Date.parse(assignedAt)).toBeGreaterThanOrEqual(30 * 60_000 - 1)
  expect(unlimited.value.assignment.expiresAt).toBeNull()
  await using holder = await SocketHolder.start('udp', LOOPBACK_6, used.value.assignment.port)
  expect(holder.pid).toBeTypeOf('number')
  await agent.client.close()
  const kept = [used, unlimited, renewedForGood].map(({ value }) => value.assignment.port)
  await expect.poll(ports).toEqual(kept.sort((one, other) => one - other))
})

it('a renewed reservation keeps its port and lasts longer', async () => {
  await using agent = await Agent.start(project)
  const first = await agent.call('ports_request', { type: 'node', minutes: 5 })
  const renewed = await agent.call('ports_request', { type: 'node', minutes: 60 })
  expect(renewed.value.assignment.port).toBe(first.value.assignment.port)
  expect(renewed.value.assignment.expiresAt > first.value.assignment.expiresAt).toBe(true)
  const seen = await project.json<{ assignments: { expiresAt: string }[] }>(['ports', 'list'])
  expect(seen.value.assignments[0]?.expiresAt).toBe(renewed.value.assignment.expiresAt)
  const minutes = await project.json<{ assignment: { expiresAt: string } }>([
    'ports',
    'assign',
    '--service',
    'node',
    '--minutes',
    '120',
  ])
  expect(minutes.value.assignment.expiresAt > renewed.value.assignment.expiresAt).toBe(true)
})

it.for(['SIGTERM', 'SIGINT', 'SIGHUP'] as const)('a server that %s ends gives them back', async (signal) => {
  const agent = await Agent.start(project)
  await agent.call('ports_request', { type: 'node', minutes: 30 })
  process.kill(agent.pid as number, signal)
  await expect.poll(ports).toEqual([])
  await agent.client.close()
})

it('those of a server that is killed end with their time', async () => {
  const agent = await Agent.start(project)
  const { value } = await agent.call('ports_request', { type: 'node', minutes: 30 })
  const { port } = value.assignment
  process.kill(agent.pid as number, 'SIGKILL')
  await agent.client.close()
  using other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  await using next = await Agent.start(other)
  expect((await next.call('ports_request', { type: 'node', port })).value.error).toBe('PORT_IN_USE')
  await home.registry.update('let the time pass', (draft) => {
    draft.service_assignments = draft.service_assignments.map((one) => ({
      ...one,
      expires_at: new Date(Date.now() - 1).toISOString(),
    }))
  })
  expect((await next.call('ports_suggest', { type: 'node' })).value.suggestions).toContain(port)
  expect((await next.call('ports_request', { type: 'node', port })).value.assignment?.port).toBe(port)
})

it('over HTTP each session gives back its own: when its client ends it, or when the server ends', async () => {
  using other = new CommandLine({ IRIS_DEVTESTER_HOME: home.path })
  const server = await HttpServer.start(project)
  const one = await Agent.connect(server, [project.folder])
  const two = await Agent.connect(server, [other.folder])
  await one.call('ports_request', { type: 'node', minutes: 30 })
  const { value } = await two.call('ports_request', { type: 'node', minutes: 30 })
  await one.endSession()
  await expect.poll(ports).toEqual([value.assignment.port])
  expect(await server.end('SIGINT')).toBe(0)
  expect(await ports()).toEqual([])
  await two.client.close()
})

it('a request with a limit that can not be kept is refused', async () => {
  await using agent = await Agent.start(project)
  for (const [type, minutes] of [
    ['node', 0],
    ['node', 10_081],
    ['node', 1.5],
    ['iris', 30],
  ] as const) {
    expect((await agent.call('ports_request', { type, minutes })).isError).toBe(true)
  }
  expect(await ports()).toEqual([])
})

async function ports(): Promise<number[]> {
  return (await home.registry.listAll()).map(({ port }) => port)
}
