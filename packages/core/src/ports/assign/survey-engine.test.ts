import { expect, test } from 'vitest'
import type { ContainerSummary } from '../../engine/engine-answers.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { surveyEngine } from './survey-engine.ts'

/** An engine with these containers; only those with bindings are there when it is asked after one. */
function engineWith(summaries: unknown, bindings: Readonly<Record<string, object | null>> = {}): EngineClient {
  return {
    address: 'unix:///e',
    listContainers: async () => summaries,
    inspectContainer: async (id: string) =>
      id in bindings ? { HostConfig: { PortBindings: bindings[id] } } : undefined,
  } as unknown as EngineClient
}

function summary(
  id: string,
  State: ContainerSummary['State'],
  more: Partial<ContainerSummary> = {},
): Partial<ContainerSummary> {
  return { Id: id, Names: [`/${id}`], Image: 'i', State, Ports: [], ...more }
}

test('running and paused containers hold what they publish, each port once', async () => {
  const Ports: ContainerSummary['Ports'] = [
    { IP: '0.0.0.0', PrivatePort: 1972, PublicPort: 10, Type: 'tcp' },
    { IP: '::', PrivatePort: 1972, PublicPort: 10, Type: 'tcp' },
    { PrivatePort: 52773, Type: 'tcp' },
  ]
  const labels = { 'iris-devtester.project': '/a' }
  const engine = engineWith([summary('r', 'running', { Ports, Labels: labels }), summary('p', 'paused', { Ports })])
  const rest = { image: 'i', ports: [10] }
  expect(await surveyEngine(engine, 100)).toEqual({
    engine: 'unix:///e',
    containers: [
      { ...rest, id: 'r', name: 'r', state: 'running', project: '/a' },
      { ...rest, id: 'p', name: 'p', state: 'paused', project: undefined },
    ],
  })
})

test('the others hold what they are bound to once they run; ports the engine will choose say nothing', async () => {
  const engine = engineWith([summary('e', 'exited'), summary('c', 'created'), summary('x', 'restarting')], {
    e: { '1972/tcp': [{ HostPort: '10' }, { HostPort: '' }, { HostPort: '0' }], '1/tcp': null },
    c: null,
    x: { '1972/tcp': [{ HostPort: '11' }] },
  })
  const { containers } = await surveyEngine(engine, 100)
  expect(containers.map(({ id, ports }) => [id, ports])).toEqual([
    ['e', [10]],
    ['c', []],
    ['x', [11]],
  ])
})

test('one that vanishes meanwhile is left out, and one without a name goes by its id', async () => {
  const engine = engineWith([summary('gone', 'exited'), summary('0123456789abcdef', 'running', { Names: [] })])
  expect((await surveyEngine(engine, 100)).containers.map(({ name }) => name)).toEqual(['0123456789ab'])
})

test('an engine that answers with no list is none', async () => {
  await expect(surveyEngine(engineWith({}), 100)).rejects.toThrow('unix:///e answered with something else than a list')
})
