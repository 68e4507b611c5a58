import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { APP, SEE, seenIn, VITEST, vitestProject } from '../vitest/vitest-project.ts'
import { Agent } from './agent.ts'

let home: TestHome
let project: CommandLine

beforeEach(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path, IRIS_DEVTESTER_REAPER_TICK_MS: '200' })
})

afterEach(async () => {
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

it('two servers that start one project at once share its container', async () => {
  await using one = await Agent.start(project)
  await using other = await Agent.start(project)
  const [first, second] = await Promise.all([one.call('iris_up'), other.call('iris_up')])
  expect([first.isError, second.isError], first.text + second.text).toEqual([false, false])
  expect(second.value.connection).toEqual(first.value.connection)
  expect(await home.containers()).toHaveLength(1)
  await one.call('iris_down')
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
})

it('two servers that request a port for one project at once get the same one', async () => {
  await using one = await Agent.start(project)
  await using other = await Agent.start(project)
  const answers = await Promise.all([one, other].map((agent) => agent.call('ports_request', { type: 'node' })))
  expect(new Set(answers.map(({ value }) => value.assignment.port)).size).toBe(1)
  expect((await one.call('ports_list')).value.assignments).toHaveLength(1)
})

it('a server that is killed during a start leaves no run, and the next server takes over', async () => {
  const killed = await Agent.start(project)
  const begun = Promise.withResolvers<void>()
  const ended = killed.client
    .callTool({ name: 'iris_up', arguments: {} }, undefined, {
      onprogress: ({ message }) => message === 'Starting: boot' && begun.resolve(),
      timeout: 300_000,
    })
    .then(
      () => 'done',
      () => 'failed',
    )
  await begun.promise
  process.kill(killed.pid as number, 'SIGKILL')
  expect(await ended).toBe('failed')
  await using agent = await Agent.start(project)
  await expect.poll(async () => (await agent.call('iris_status')).value.runs, { timeout: 60_000 }).toEqual([])
  const up = await agent.call('iris_up')
  expect(up.isError, up.text).toBe(false)
  expect(await home.containers()).toHaveLength(1)
  expect((await agent.call('iris_down')).isError).toBe(false)
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
})

it('a server that is killed during a start leaves a lease, which the reaper alone ends', async () => {
  const killed = await Agent.start(project)
  const begun = Promise.withResolvers<void>()
  const ended = killed.client
    .callTool({ name: 'iris_up', arguments: {} }, undefined, {
      onprogress: ({ message }) => message === 'Starting: boot' && begun.resolve(),
      timeout: 300_000,
    })
    .catch(() => 'failed')
  await begun.promise
  expect((await home.registry.read()).leases).toMatchObject([{ runner: 'mcp' }])
  process.kill(killed.pid as number, 'SIGKILL')
  expect(await ended).toBe('failed')
  // Only read from now on: whatever changes, the reaper did.
  await expect.poll(async () => (await home.registry.read()).leases, { timeout: 60_000 }).toEqual([])
})

it('two servers and a Vitest run use one project at once, and share its container', async () => {
  using consumer = vitestProject({ 'app.ts': APP, 'see.test.ts': SEE })
  const where = { folder: consumer.folder, env: project.env }
  await using one = await Agent.start(where)
  await using other = await Agent.start(where)
  const [first, second, run] = await Promise.all([
    one.call('iris_up'),
    other.call('iris_up'),
    consumer.start(VITEST, ['run'], { IRIS_DEVTESTER_HOME: home.path }).ended,
  ])
  expect(run.exitCode, run.output).toBe(0)
  expect([first.isError, second.isError], first.text + second.text).toEqual([false, false])
  const { port } = first.value.connection
  expect([second.value.connection.port, seenIn(run.output)[0]?.port]).toEqual([port, port])
  expect(await home.containers()).toHaveLength(1)
  const down = await one.call('iris_down')
  expect(down.isError, down.text).toBe(false)
  expect(await home.leftovers()).toEqual({ containers: [], assignments: [] })
})
