import { describe, expect, test } from 'vitest'
import { DEFAULT_RANGES, PortConflictError } from '../../packages/core/src/ports/index.ts'
import { FIRST, open, RANGE, refusal, registry, useRegistry } from './registry-fixture.ts'

useRegistry()

describe('acceptance criteria of the application services', () => {
  test.each([
    ['1. a Node.js project is allocated from 3000-3999', 'node', 3000, 3999],
    ['2. a Python project is allocated from 5000-5999', 'python', 5000, 5999],
    ['3. a PHP project is allocated from 8080-8980', 'php', 8080, 8980],
    ['4. a Static project is allocated from 4000-4999', 'static', 4000, 4999],
  ] as const)('%s', async (_name, service, first, last) => {
    const { port } = await registry.assignPort('/projects/one', { service })
    expect(DEFAULT_RANGES[service]).toEqual([first, last])
    expect(port).toBeGreaterThanOrEqual(first)
    expect(port).toBeLessThanOrEqual(last)
  })

  test('5. a port already in use returns detailed conflict information with suggestions', async () => {
    const node = open({ ranges: { node: RANGE } })
    const port = FIRST + 3
    const { assignedAt } = await node.assignPort('/projects/my-api', { service: 'node', preferredPort: port })
    const error = await refusal(node.assignPort('/projects/other', { service: 'node', preferredPort: port }))
    expect(error).toBeInstanceOf(PortConflictError)
    expect(error.toJSON()).toEqual({
      success: false,
      error: 'PORT_IN_USE',
      message: expect.stringContaining('/projects/my-api'),
      details: {
        port,
        conflictingProject: '/projects/my-api',
        conflictingService: 'node',
        startedAt: assignedAt.toISOString(),
      },
      suggestions: [port + 1, port - 1, port + 2],
    })
  })

  test("6. 'auto' assigns the next available port in the correct range", async () => {
    const first = await registry.assignPort('/projects/one', { service: 'node', preferredPort: 'auto' })
    const second = await registry.assignPort('/projects/two', { service: 'node', preferredPort: 'auto' })
    expect(second.port).toBeGreaterThan(first.port)
    expect(second).toMatchObject({ assignmentType: 'auto', service: 'node' })
  })

  test('7. a system port requested by an application is rejected with SYSTEM_RESERVED', async () => {
    const error = await refusal(registry.assignPort('/projects/one', { service: 'node', preferredPort: 2601 }))
    expect(error.code).toBe('SYSTEM_RESERVED')
    expect(error.suggestions).toHaveLength(3)
    expect((await refusal(registry.assignPort('/projects/one', { service: 'system' }))).code).toBe('SYSTEM_RESERVED')
    expect(await registry.listAll()).toEqual([])
  })
})

describe('happy paths', () => {
  test('allocate ports for each project type', async () => {
    for (const service of ['iris', 'iris-web', 'node', 'static', 'python', 'php'] as const) {
      const [first, last] = DEFAULT_RANGES[service]
      const { port } = await registry.assignPort('/projects/one', { service })
      expect(port >= first && port <= last).toBe(true)
    }
    expect(await registry.listAll()).toHaveLength(6)
  })

  test('auto-assign multiple Node.js projects', async () => {
    const projects = Array.from({ length: 12 }, (_, index) => `/projects/${index}`)
    const all = await Promise.all(projects.map((project) => registry.assignPort(project, { service: 'node' })))
    expect(new Set(all.map((one) => one.port)).size).toBe(12)
  })

  test('release and reallocate same port', async () => {
    const { port } = await registry.assignPort('/projects/one', { service: 'php' })
    await registry.releasePort('/projects/one', { service: 'php' })
    expect((await registry.assignPort('/projects/two', { service: 'php', preferredPort: port })).port).toBe(port)
  })

  test('persist and restore after restart', async () => {
    const before = await registry.assignPort('/projects/one', { service: 'static' })
    expect(await open().getAssignment('/projects/one', { service: 'static' })).toEqual(before)
  })

  test("the web port prefers the offset of its project's superserver port", async () => {
    const iris = open({ ranges: { iris: RANGE, 'iris-web': [FIRST + 50, FIRST + 59] } })
    await iris.assignPort('/projects/one')
    const { port } = await iris.assignPort('/projects/two')
    expect((await iris.assignPort('/projects/two', { service: 'iris-web' })).port).toBe(port + 50)
  })

  test('a system service registers with its name and status, keeps its port and is protected', async () => {
    const [first] = RANGE
    const small = open({ ranges: { system: RANGE } })
    const server = await small.registerSystemService('mcp-server', { port: first })
    expect(server).toMatchObject({ name: 'mcp-server', port: first, status: 'running' })
    expect(await small.registerSystemService('mcp-server', { status: 'stopped' })).toMatchObject({
      port: first,
      status: 'stopped',
    })
    expect((await refusal(small.registerSystemService('dashboard', { port: first }))).code).toBe('PORT_IN_USE')
    expect((await small.registerSystemService('dashboard')).port).toBeGreaterThan(first)
    expect((await open().read()).system[String(first)]).toMatchObject({
      service: 'mcp-server',
      status: 'stopped',
    })
    await registry.releaseSystemService('mcp-server')
    expect((await registry.listSystemServices()).map((one) => one.name)).toEqual(['dashboard'])
    expect((await refusal(registry.registerSystemService('far', { port: 2700 }))).code).toBe('PORT_OUT_OF_RANGE')
  })

  test('the history has every change with its reason, newest first, and no more than a hundred', async () => {
    const node = open({ ranges: { node: RANGE } })
    await node.assignPort('/projects/one', { service: 'node', preferredPort: FIRST })
    await refusal(node.assignPort('/projects/two', { service: 'node', preferredPort: FIRST }))
    await registry.releasePort('/projects/one', { service: 'node' })
    const history = await registry.history()
    expect(history.map((one) => one.action)).toEqual(['released', 'conflict', 'assigned'])
    expect(history.every((one) => one.port === FIRST && one.reason !== '')).toBe(true)
    for (let index = 0; index < 60; index += 1) {
      await registry.assignPort('/projects/three', { service: 'node' })
      await registry.releasePort('/projects/three', { service: 'node' })
    }
    expect(await registry.history()).toHaveLength(100)
  })
})
