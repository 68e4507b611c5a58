import { createServer } from 'node:net'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { IrisContainerError } from '../../packages/core/src/container/container-error.ts'
import { probeSuperserver } from '../../packages/core/src/container/superserver-handshake.ts'
import { PortConflictError } from '../../packages/core/src/ports/index.ts'
import { IRISContainer } from '../../packages/testcontainers/src/index.ts'
import { areDefaultPortsTaken, DEFAULT_PORT, DEFAULT_WEB_PORT } from '../machine/default-port.ts'
import { quickContainer, rejection, TestHome } from '../machine/test-home.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'

let home: TestHome
beforeEach(async () => {
  home = await TestHome.create()
})
afterEach(() => home[Symbol.asyncDispose]())

describe.skipIf(await areDefaultPortsTaken())('without a registry, on 1972 and 52773, which must be free', () => {
  test('T010: backwards compatibility: it runs on the default ports', async () => {
    const container = quickContainer()
    expect(container.getAssignedPort()).toBe(DEFAULT_PORT)
    expect(container.getProjectPath()).toBeUndefined()
    await using started = await container.start()
    expect([started.getAssignedPort(), started.getMappedPort(1972), started.getWebPort()]).toEqual([
      DEFAULT_PORT,
      DEFAULT_PORT,
      DEFAULT_WEB_PORT,
    ])
    expect(started.getProjectPath()).toBeUndefined()
    expect(await probeSuperserver('127.0.0.1', DEFAULT_PORT)).toBe('superserver')
    expect(await started.connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await home.registry.listAll()).toEqual([])
  })

  test('an entry point that is not there', async () => {
    const error = await rejection<IrisContainerError>(
      quickContainer({}, STAND_IN_TAG).withEntrypoint(['/nope']).start(),
    )
    expect(error).toMatchObject({ name: 'IrisContainerError', code: 'CONTAINER_REFUSED' })
  })

  test('a port that somebody has is a conflict, and nothing is left', async () => {
    const before = new Set((await home.engine.listContainers()).map(({ Id }) => Id))
    const holder = createServer()
    await new Promise<void>((resolve, reject) => {
      holder.once('error', reject).listen({ port: DEFAULT_PORT, host: '127.0.0.1' }, resolve)
    })
    try {
      const error = await rejection<PortConflictError>(new IRISContainer(STAND_IN_TAG).start())
      expect(error).toBeInstanceOf(PortConflictError)
      expect(error).toMatchObject({ code: 'PORT_IN_USE', details: { port: DEFAULT_PORT } })
      expect(error.message).toContain('lsof -nP -i :1972')
    } finally {
      holder.close()
    }
    const left = (await home.engine.listContainers()).filter(
      ({ Id, Names }) => !before.has(Id) && Names[0]?.endsWith(`_${DEFAULT_PORT}`),
    )
    expect(left).toEqual([])
  })
})
