import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { describe, expect, test } from 'vitest'
import { PortConflictError } from '../../packages/core/src/ports/index.ts'
import { withHosts } from '../machine/ipv6.ts'
import { FIRST, RANGE, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ portRange: RANGE })

async function listen(port: number, host: string, ipv6Only = false): Promise<Server> {
  const server = createServer()
  server.listen({ port, host, ipv6Only })
  await once(server, 'listening')
  return server
}

describe('ports that another process holds', () => {
  const hosts = [
    ['0.0.0.0', '0.0.0.0', false],
    ['127.0.0.1', '127.0.0.1', false],
    [':: alone', '::', true],
    ['::1', '::1', false],
    ['both families', '::', false],
  ] as const
  test.each(withHosts(hosts, ([, host]) => host))(
    'a port held on %s is passed over, and refused to who asks for it',
    async (_name, host, ipv6Only) => {
      const server = await listen(FIRST, host, ipv6Only)
      try {
        expect((await registry.assignPort('/tmp/project-a')).port).toBe(FIRST + 1)
        const error = await registry
          .assignPort('/tmp/project-b', { preferredPort: FIRST })
          .catch((reason: unknown) => reason)
        expect(error).toBeInstanceOf(PortConflictError)
        expect((error as PortConflictError).suggestions).toHaveLength(3)
        if (process.platform === 'linux') expect((error as PortConflictError).details.pid).toBe(process.pid)
      } finally {
        server.close()
      }
    },
  )

  test('explain names the process that holds a port, the project that has it, and what would free it', async () => {
    const server = await listen(FIRST, '127.0.0.1')
    try {
      const held = await registry.explain(FIRST)
      expect(held).toMatchObject({ isAvailable: false, services: ['iris'] })
      expect(held.claims.map((claim) => claim.kind)).toEqual(['process'])
      await registry.assignPort('/tmp/project-a')
      const assigned = await registry.explain(FIRST + 1)
      expect(assigned.claims[0]).toMatchObject({
        kind: 'assignment',
        blocks: true,
        remedy: 'npx @iris-devtester/cli ports release /tmp/project-a',
      })
      await registry.releasePort('/tmp/project-a')
      const remembered = await registry.explain(FIRST + 1)
      expect(remembered).toMatchObject({ isAvailable: true, claims: [{ kind: 'remembered', blocks: false }] })
    } finally {
      server.close()
    }
  })

  test('an automatic assignment moves on when the engine refuses its port; a manual one is given up', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    const moved = await registry.reassignPort('/tmp/project-a', { reason: 'port is already allocated', port })
    expect(moved).toMatchObject({ port: port + 1, assignmentType: 'auto' })
    expect((await registry.history())[0]).toMatchObject({
      action: 'moved',
      port: port + 1,
      reason: expect.stringContaining('port is already allocated'),
    })
    // Another run of the project, late with the same news, gets what the first one got.
    expect(await registry.reassignPort('/tmp/project-a', { reason: 'again', port })).toEqual(moved)
    await registry.assignPort('/tmp/project-b', { preferredPort: FIRST + 5 })
    const refused = registry.reassignPort('/tmp/project-b', { reason: 'address already in use' })
    await expect(refused).rejects.toBeInstanceOf(PortConflictError)
    expect(await registry.getAssignment('/tmp/project-b')).toBeUndefined()
  })
})
