import { createSocket } from 'node:dgram'
import { once } from 'node:events'
import { mkdirSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:net'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PortExhaustedError } from '../../packages/core/src/ports/index.ts'
import { Worker } from '../faults/worker-processes.ts'
import { FIRST, folder, isInFolder, open, RANGE, refusal, registry, useRegistry, warnings } from './registry-fixture.ts'

useRegistry()

describe('edge cases', () => {
  test('all ports in range exhausted', async () => {
    const small = open({ ranges: { python: [FIRST, FIRST + 1] } })
    await small.assignPort('/projects/one', { service: 'python' })
    await small.assignPort('/projects/two', { service: 'python' })
    const error = await refusal(small.assignPort('/projects/three', { service: 'python' }))
    expect(error).toBeInstanceOf(PortExhaustedError)
    expect(error.message).toContain('/projects/two')
  })

  test.each([FIRST, FIRST + 9])('specific port at range boundary: %i', async (port) => {
    expect(
      (await open({ ranges: { node: RANGE } }).assignPort('/projects/one', { service: 'node', preferredPort: port }))
        .port,
    ).toBe(port)
  })

  test('rapid concurrent allocations', async () => {
    const all = await Promise.all(
      Array.from({ length: 40 }, (_, index) => open().assignPort(`/projects/${index}`, { service: 'static' })),
    )
    expect(new Set(all.map((one) => one.port)).size).toBe(40)
    expect(await registry.listAll()).toHaveLength(40)
  })

  test.runIf(isInFolder())(
    'registry file locked by a process that lives: a typed error, and nothing is assigned',
    async () => {
      const hasty = open({ lockTimeoutMs: 200 })
      await hasty.assignPort('/projects/one', { service: 'node' })
      const holder = new Worker(new URL('../faults/lock-holder.ts', import.meta.url), [registry.registryPath])
      await holder.answer()
      try {
        const error = await refusal(hasty.assignPort('/projects/two', { service: 'node' }))
        expect(error.code).toBe('PORT_ASSIGNMENT_TIMEOUT')
      } finally {
        await holder.end()
      }
      expect(await registry.listAll()).toHaveLength(1)
    },
  )

  test.runIf(isInFolder())('registry file corrupted', async () => {
    const { port } = await registry.assignPort('/projects/one', { service: 'node' })
    writeFileSync(registry.registryPath, '{"applications": ')
    expect(await open().getAssignment('/projects/one', { service: 'node' })).toMatchObject({ port })
  })

  test('custom ranges by configuration, with a warning where they meet those of others', async () => {
    const custom = open({ ranges: { node: [40_000, 40_100] }, portRange: [3000, 3010] })
    // Somebody's outgoing connection may hold the first of them.
    const { port } = await custom.assignPort('/projects/one', { service: 'node' })
    expect(port >= 40_000 && port <= 40_100).toBe(true)
    const codes = warnings.map((warning) => warning.code)
    expect(codes).toContain('RANGE_IS_EPHEMERAL')
    expect(codes).not.toContain('RANGES_OVERLAP')
    await open({ portRange: [4990, 5010] }).assignPort('/projects/one')
    expect(warnings.filter((warning) => warning.code === 'RANGES_OVERLAP')).toHaveLength(2)
  })

  test('orphaned allocations are cleaned up', async () => {
    const project = join(folder.path, 'project')
    mkdirSync(project)
    await registry.assignPort(project, { service: 'node' })
    rmSync(project, { recursive: true })
    expect(await registry.cleanupStale()).toMatchObject([{ projectPath: project, service: 'node' }])
  })
})

describe('error scenarios', () => {
  test('request port outside valid ranges', async () => {
    const error = await refusal(registry.assignPort('/projects/one', { service: 'node', preferredPort: 4500 }))
    expect(error.toJSON()).toMatchObject({ error: 'PORT_OUT_OF_RANGE', details: { range: [3000, 3999] } })
    const [first = 0, second = 0, third = 0] = error.suggestions
    expect(4000 > first && first > second && second > third && third > 3900).toBe(true)
  })

  test('port already in use by external process, over TCP', async () => {
    const server = createServer().listen(FIRST, '127.0.0.1')
    await once(server, 'listening')
    try {
      const error = await refusal(
        open({ ranges: { node: RANGE } }).assignPort('/projects/one', { service: 'node', preferredPort: FIRST }),
      )
      expect(error.code).toBe('PORT_IN_USE')
      expect(error.suggestions).not.toContain(FIRST)
      if (process.platform === 'linux') expect(error.details.pid).toBe(process.pid)
    } finally {
      server.close()
    }
  })

  test('port already in use by external process, over UDP alone', async () => {
    const socket = createSocket('udp4').bind(FIRST, '127.0.0.1')
    await once(socket, 'listening')
    try {
      const error = await refusal(
        open({ ranges: { node: RANGE } }).assignPort('/projects/one', { service: 'node', preferredPort: FIRST }),
      )
      expect(error.code).toBe('PORT_IN_USE')
    } finally {
      socket.close()
    }
  })

  test('suggestions are really free: neither assigned nor held', async () => {
    const node = open({ ranges: { node: RANGE } })
    const server = createServer().listen(FIRST + 4, '127.0.0.1')
    await once(server, 'listening')
    try {
      await node.assignPort('/projects/one', { service: 'node', preferredPort: FIRST + 3 })
      await node.assignPort('/projects/two', { service: 'node', preferredPort: FIRST + 2 })
      const { suggestions } = await refusal(
        node.assignPort('/projects/three', { service: 'node', preferredPort: FIRST + 3 }),
      )
      expect(suggestions).toEqual([FIRST + 5, FIRST + 1, FIRST])
    } finally {
      server.close()
    }
  })
})
