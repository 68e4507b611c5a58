import { once } from 'node:events'
import { createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import {
  AssignmentNotFoundError,
  assignmentFromRecord,
  assignmentToRecord,
  PortConflictError,
} from '../../packages/core/src/ports/index.ts'
import { codeOf, FIRST, open, RANGE, refusal, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ portRange: RANGE })

async function generation(): Promise<number> {
  return (await registry.read()).generation
}

describe('a change by hand', () => {
  test('is made as a whole and answers what it returned', async () => {
    const answer = await registry.update('a note', (draft) => {
      draft.imported.push('/a', '/b')
      return draft.imported.length
    })
    expect([answer, (await open().read()).imported]).toEqual([2, ['/a', '/b']])
  })

  test('that changes nothing is no commit', async () => {
    await registry.assignPort('/tmp/a')
    expect(await registry.update('nothing', () => 'x')).toBe('x')
    expect(await generation()).toBe(1)
  })

  test.each([
    [{ imported: 7 }, 'imported'],
    [{ schema_version: '2.0' }, 'schema_version'],
  ])('that would leave no registry (%j) is not made', async (broken, flaw) => {
    await registry.assignPort('/tmp/a')
    const error = await refusal(registry.update('a mistake', (draft) => void Object.assign(draft, broken)))
    expect([error.code, error.details]).toEqual(['INVALID_CHANGE', { reason: 'a mistake', flaw }])
    expect(await generation()).toBe(1)
  })

  test('of a copy that was read changes nothing', async () => {
    await registry.assignPort('/tmp/a')
    const [read, history] = [await registry.read(), await registry.history()]
    read.assignments.pop()
    ;(history as unknown[]).pop()
    expect(await registry.listAll()).toHaveLength(1)
    expect(await registry.history()).toHaveLength(1)
  })
})

describe('the container’s name', () => {
  test('is noted at both of the project’s IRIS ports, and taken away', async () => {
    await registry.assignPort('/tmp/a')
    await registry.assignPort('/tmp/a', { service: 'iris-web' })
    await registry.assignPort('/tmp/a', { service: 'node' })
    await registry.assignPort('/tmp/b')
    const names = async () => (await registry.listAll()).map((one) => [one.service, one.containerName])
    await registry.setContainerName('/tmp/a', 'iris_a')
    expect(await names()).toEqual([
      ['node', undefined],
      ['iris', 'iris_a'],
      ['iris', undefined],
      ['iris-web', 'iris_a'],
    ])
    const before = await generation()
    await registry.setContainerName('/tmp/a', 'iris_a')
    await registry.setContainerName('/tmp/nobody', 'iris_x')
    expect(await generation()).toBe(before)
    await registry.setContainerName('/tmp/a', undefined)
    expect((await names()).every(([, name]) => name === undefined)).toBe(true)
  })

  test('stays when the port moves, unless another is given', async () => {
    await registry.assignPort('/tmp/a', { containerName: 'one' })
    expect(await registry.assignPort('/tmp/a', { preferredPort: FIRST + 3 })).toMatchObject({ containerName: 'one' })
    const renamed = await registry.assignPort('/tmp/a', { preferredPort: FIRST + 4, containerName: 'two' })
    expect(renamed.containerName).toBe('two')
    expect((await registry.history())[0]).toMatchObject({
      action: 'moved',
      reason: `from ${FIRST + 3}: port ${FIRST + 4} requested`,
    })
  })
})

test('a port that was given out becomes the project’s own wish when it asks for it', async () => {
  const { port } = await registry.assignPort('/tmp/a')
  expect(await registry.assignPort('/tmp/a', { preferredPort: port })).toMatchObject({ port, assignmentType: 'manual' })
  expect(await registry.getAssignment('/tmp/a')).toMatchObject({ assignmentType: 'manual' })
})

test('releasing or moving a missing assignment is an error', async () => {
  const error = await refusal(registry.reassignPort('/tmp/nobody', { reason: 'x' }))
  expect(error).toBeInstanceOf(AssignmentNotFoundError)
  expect(error.details).toEqual({ projectPath: '/tmp/nobody', service: 'iris' })
  expect(await codeOf(registry.releasePort('/tmp/nobody', { service: 'node' }))).toBe('ASSIGNMENT_NOT_FOUND')
  expect(await generation()).toBe(0)
})

test('a manual port that the engine refused is released, not remembered, and alternatives are suggested', async () => {
  await registry.assignPort('/tmp/a', { preferredPort: FIRST + 5 })
  const error = await refusal(registry.reassignPort('/tmp/a', { reason: 'address already in use' }))
  expect(error).toBeInstanceOf(PortConflictError)
  expect(error.details).toEqual({ port: FIRST + 5, reason: 'address already in use' })
  expect(error.suggestions).toEqual([FIRST + 6, FIRST + 4, FIRST + 7])
  expect(await registry.read()).toMatchObject({ assignments: [], remembered: [] })
  expect((await registry.history())[0]).toMatchObject({ action: 'conflict', reason: 'address already in use' })
})

test('a request that is refused again and again is noted once', async () => {
  await registry.assignPort('/tmp/a', { preferredPort: FIRST })
  const ask = (project: string) => codeOf(registry.assignPort(project, { preferredPort: FIRST }))
  expect([await ask('/tmp/b'), await ask('/tmp/b'), await ask('/tmp/c')]).toEqual(Array(3).fill('PORT_IN_USE'))
  expect((await registry.history()).map((one) => `${one.action} ${one.project_path} ${one.port}`)).toEqual([
    `conflict /tmp/c ${FIRST}`,
    `conflict /tmp/b ${FIRST}`,
    `assigned /tmp/a ${FIRST}`,
  ])
})

test('a full range names the processes among those who have its ports', async () => {
  const small = open({ portRange: [FIRST, FIRST + 1] })
  const server = createServer().listen(FIRST, '127.0.0.1')
  await once(server, 'listening')
  try {
    await small.assignPort('/tmp/a')
    const error = await refusal(small.assignPort('/tmp/b'))
    expect(error.code).toBe('PORT_EXHAUSTED')
    const holder = process.platform === 'linux' ? `.+ \\(process ${process.pid}\\)` : 'another process'
    expect(error.summary).toMatch(new RegExp(`\\n {2}${FIRST + 1}: /tmp/a .*\\n {2}${FIRST}: ${holder}$`))
    expect(error.details.assignments).toEqual([{ projectPath: '/tmp/a', port: FIRST + 1, service: 'iris' }])
  } finally {
    server.close()
  }
  expect((await small.assignPort('/tmp/b')).port).toBe(FIRST)
})

describe('system services', () => {
  const SYSTEM = { system: [FIRST + 90, FIRST + 91] } as const

  test('take the first port that is free, keep it, and move when they ask', async () => {
    const small = open({ ranges: SYSTEM })
    const server = createServer().listen(FIRST + 90, '127.0.0.1')
    await once(server, 'listening')
    try {
      expect((await small.registerSystemService('one')).port).toBe(FIRST + 91)
      expect(await codeOf(small.registerSystemService('two'))).toBe('PORT_OUT_OF_RANGE')
    } finally {
      server.close()
    }
    const { registeredAt } = await small.registerSystemService('two')
    expect(await small.registerSystemService('two', { status: 'stopped' })).toMatchObject({
      port: FIRST + 90,
      status: 'stopped',
      registeredAt,
    })
    expect((await small.listSystemServices()).map(({ name, port }) => [name, port])).toEqual([
      ['two', FIRST + 90],
      ['one', FIRST + 91],
    ])
    await small.releaseSystemService('one')
    await small.registerSystemService('two', { port: FIRST + 91 })
    expect((await small.listSystemServices()).map(({ name, port }) => [name, port])).toEqual([['two', FIRST + 91]])
    expect((await small.history()).map(({ action, port, reason }) => `${action} ${port} ${reason}`)).toEqual([
      `moved ${FIRST + 91} system service two`,
      `released ${FIRST + 91} system service one`,
      `assigned ${FIRST + 90} system service two`,
      `assigned ${FIRST + 91} system service one`,
    ])
  })

  test('that are not there can’t be taken out', async () => {
    const error = await refusal(registry.releaseSystemService('x'))
    expect(error).toBeInstanceOf(AssignmentNotFoundError)
    expect([error.summary, error.hint, error.details]).toEqual([
      'No system service "x" is registered.',
      'See who has a port: npx @iris-devtester/cli ports list',
      { service: 'system', name: 'x' },
    ])
  })

  test('and a project’s port stand in each other’s way', async () => {
    const wide = open({ ranges: SYSTEM, portRange: [FIRST + 90, FIRST + 91] })
    await wide.assignPort('/tmp/a', { preferredPort: FIRST + 90 })
    const error = await refusal(wide.registerSystemService('one', { port: FIRST + 90 }))
    expect([error.code, error.details.conflictingProject]).toEqual(['PORT_IN_USE', '/tmp/a'])
    await wide.registerSystemService('one')
    const other = await refusal(wide.assignPort('/tmp/b', { preferredPort: FIRST + 91 }))
    expect(other.details).toMatchObject({ port: FIRST + 91, conflictingService: 'one' })
  })
})

test('a record of another service names it, and is read as it was written', async () => {
  const node = await registry.assignPort('/tmp/a', { service: 'node' })
  const record = assignmentToRecord(node)
  expect(record).toMatchObject({ service: 'node', container_name: null })
  expect(assignmentFromRecord(record)).toEqual(node)
  expect(assignmentToRecord({ ...node, service: 'system' })).not.toHaveProperty('service')
})
