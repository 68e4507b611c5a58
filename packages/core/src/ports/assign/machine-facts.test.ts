import { once } from 'node:events'
import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MachineFacts } from './machine-facts.ts'
import type { SurveyedContainer } from './survey-engine.ts'

function container(state: string, ports: number[], project?: string): SurveyedContainer {
  return { id: 'x', name: 'n', image: 'i', state, project, ports }
}

function learnt(...containers: SurveyedContainer[]): MachineFacts {
  const facts = new MachineFacts('iris')
  facts.merge({ reached: true, survey: { engine: 'e', containers } }, ({ project }) => project === '/me')
  return facts
}

describe('containers', () => {
  test.each(['running', 'paused', 'restarting'])('that are %s hold their ports', (state) => {
    const facts = learnt(container(state, [1, 2]))
    expect([...facts.busy]).toEqual([1, 2].map((port) => [port, { kind: 'container', name: 'n', image: 'i', state }]))
    expect([facts.dormant.size, facts.own.size]).toEqual([0, 0])
  })

  test.each(['created', 'exited', 'dead'])('that are %s will hold them', (state) => {
    const facts = learnt(container(state, [1]))
    expect([[...facts.busy], [...facts.dormant]]).toEqual([[], [1]])
    expect(facts.isKnown(1)).toBe(false)
  })

  test('of the project itself hold its own ports, while they run', () => {
    const facts = learnt(
      container('running', [1], '/other'),
      container('running', [1], '/me'),
      container('exited', [2], '/me'),
    )
    expect([[...facts.own], [...facts.busy], [...facts.dormant]]).toEqual([[1], [], []])
    expect(facts.isKnown(1)).toBe(true)
  })

  test('add nothing when the engine is away', () => {
    const facts = new MachineFacts('iris')
    facts.merge({ reached: false, problem: 'away' }, () => true)
    expect([facts.own.size, facts.busy.size, facts.dormant.size]).toEqual([0, 0, 0])
  })
})

describe('ports that a process holds', () => {
  const server = createServer()
  let port: number
  beforeEach(async () => {
    server.listen(0)
    await once(server, 'listening')
    port = (server.address() as { port: number }).port
  })
  afterEach(() => void server.close())

  test('are found out by trying, and tried again when asked', async () => {
    const facts = new MachineFacts('iris')
    expect(await facts.probe([port])).toEqual([])
    expect(facts.busy.get(port)).toEqual({ kind: 'process' })
    expect(await facts.probeAgain()).toBe(false)
    server.close()
    await once(server, 'close')
    expect(facts.busy.has(port)).toBe(true)
    expect(await facts.probeAgain()).toBe(true)
    expect([facts.busy.has(port), facts.isKnown(port)]).toEqual([false, true])
    expect(await facts.probe([port])).toEqual([port])
  })

  test('are forgotten when invalidated; those of containers are not', async () => {
    const facts = learnt(container('running', [1]))
    await facts.probe([1, port])
    expect([...facts.busy.keys()]).toEqual([1, port])
    facts.invalidate()
    expect([...facts.busy.keys()]).toEqual([1])
  })

  test('count for nothing where the engine is on another machine, but for what a project itself binds', async () => {
    const elsewhere = { reached: true, survey: { engine: 'e', containers: [], isElsewhere: true } } as const
    const [iris, node] = [new MachineFacts('iris'), new MachineFacts('node')]
    for (const facts of [iris, node]) {
      await facts.probe([port], Promise.resolve())
      facts.merge(elsewhere, () => false)
      await facts.probe([port])
    }
    expect([iris.busy.has(port), iris.isFree(port), iris.isKnown(port)]).toEqual([false, true, true])
    expect([node.busy.has(port), node.isFree(port)]).toEqual([true, false])
  })
})
