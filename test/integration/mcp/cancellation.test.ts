import { afterEach, beforeEach, expect, it } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'

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

it('a start reports its progress', async () => {
  await using agent = await Agent.start(project)
  const seen: { progress: number; message?: string | undefined }[] = []
  await agent.client.callTool({ name: 'iris_up', arguments: {} }, undefined, {
    onprogress: (one) => seen.push(one),
    timeout: 300_000,
  })
  expect(seen.map(({ message }) => message)).toEqual(expect.arrayContaining(['Starting: boot', 'Ready']))
  expect(seen.map(({ progress }) => progress)).toEqual(seen.map((_, at) => at + 1))
  expect((await agent.call('iris_down')).isError).toBe(false)
})

it('a start that is cancelled ends and leaves no container and no port', async () => {
  await using agent = await Agent.start(project)
  const cancel = new AbortController()
  const { ended, begun } = startIris(agent, cancel.signal)
  await begun
  expect((await home.leftovers()).assignments).toHaveLength(2)
  cancel.abort()
  expect(await ended).toBe('failed')
  await expectNothingLeft()
  expect((await agent.call('ports_list')).value).toMatchObject({ assignments: [], runs: [] })
})

it('a start whose client disconnects ends and leaves no container and no port', async () => {
  const agent = await Agent.start(project)
  const { ended, begun } = startIris(agent)
  await begun
  expect((await home.leftovers()).assignments).toHaveLength(2)
  await agent.client.close()
  expect(await ended).toBe('failed')
  await expectNothingLeft()
})

/** Starts IRIS; `begun` comes with the container's boot, of which the stand-in takes some time. */
function startIris(agent: Agent, signal: AbortSignal = new AbortController().signal) {
  const begun = Promise.withResolvers<void>()
  const call = agent.client.callTool({ name: 'iris_up', arguments: {} }, undefined, {
    onprogress: ({ message }) => message === 'Starting: boot' && begun.resolve(),
    signal,
    timeout: 300_000,
  })
  const ended = call.then(
    () => 'done',
    () => 'failed',
  )
  return { ended, begun: begun.promise }
}

async function expectNothingLeft(): Promise<void> {
  await expect.poll(() => home.leftovers(), { timeout: 60_000 }).toEqual({ containers: [], assignments: [] })
}
