import { once } from 'node:events'
import { type AddressInfo, createServer, type Server } from 'node:net'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentProcess, identify } from '../../process/process-identity.ts'
import { lease } from '../testing/book.ts'
import { RunFixture } from '../testing/run-fixture.ts'
import { holdContainer } from './hold-container.ts'

/** A superserver's answer to a handshake. */
const ACCEPTED = Buffer.from('0c000000010000000000000000004300010008016c6174696e31', 'hex')

let run: RunFixture
let superserver: Server
let port: string

beforeEach(async () => {
  run = await RunFixture.open()
  superserver = createServer((socket) => socket.once('data', () => socket.end(ACCEPTED))).listen(0, '127.0.0.1')
  await once(superserver, 'listening')
  port = String((superserver.address() as AddressInfo).port)
})

afterEach(async () => {
  superserver.close()
  await run[Symbol.asyncDispose]()
})

/** Holds the container for a run whose lease is taken. */
async function hold(options = {}) {
  const context = run.context(options)
  await run.addLease(context.lease)
  return holdContainer(context, await run.registry.read(), undefined)
}

const onPort = () => ({ labels: { 'iris-devtester.port': port, 'iris-devtester.web-port': '0' } })

test('a ready container is attached to, and the lease is on it', async () => {
  await run.addContainer(onPort())
  const held = await hold()
  expect(held).toMatchObject({ id: 'c', start: 'warm', port: Number(port), isNew: false })
  expect((await run.registry.read()).leases).toMatchObject([{ id: 'own', container_id: 'c' }])
  expect(run.engine.changes).toEqual([])
})

test('a paused container is unpaused and counts as warm', async () => {
  await run.addContainer({ ...onPort(), status: 'paused' })
  expect(await hold()).toMatchObject({ id: 'c', start: 'warm' })
  expect(run.engine.changes).toEqual(['POST /containers/c/unpause'])
})

test('one with other settings is refused with the setting and both values, and left as it is', async () => {
  await run.addContainer(onPort())
  await expect(hold({ memoryMb: 512, preferredPort: 1980 })).rejects.toMatchObject({
    code: 'CONTAINER_DIFFERS',
    details: {
      differences: [expect.stringMatching(/^memoryMb is .*, asked for 512$/), `port is ${port}, asked for 1980`],
    },
  })
  expect(run.engine.changes).toEqual([])
})

test('one with other settings that a live run holds is refused even to who would replace it', async () => {
  await run.addContainer(onPort())
  await run.addLease(lease('other', { project_path: run.folder, runner: 'jest', process: identify(1) }), 'c')
  await expect(hold({ memoryMb: 512, replace: true })).rejects.toMatchObject({
    code: 'CONTAINER_BUSY',
    message: expect.stringMatching(/in use with other settings by jest \(pid \d+, .*\): memoryMb/),
  })
  expect(run.engine.changes).toEqual([])
})

test('one with other settings that another configuration of this run holds is refused with the way to an instance', async () => {
  await run.addContainer(onPort())
  await run.addLease(lease('other', { project_path: run.folder, process: currentProcess() }), 'c')
  await expect(hold({ memoryMb: 512 })).rejects.toMatchObject({
    code: 'INSTANCE_CONFLICT',
    details: { projectPath: run.folder, instance: 'main', differences: [expect.stringMatching(/^memoryMb/)] },
  })
  expect(run.engine.changes).toEqual([])
})

test('a run that waits for another one gives up after twice the start-up limit, naming it', async () => {
  await run.addLease(lease('older', { project_path: run.folder, runner: 'vitest' }))
  run.engine.images.add('iris')
  await expect(hold({ image: 'iris', startupTimeoutMs: 20 })).rejects.toMatchObject({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: expect.stringContaining('vitest (pid'),
  })
  expect(run.said).toContain('waiting')
})

test('one that never was ready is removed before another is made', async () => {
  await run.addContainer({ ...onPort(), status: 'created' })
  await expect(hold({ image: 'missing:1' })).rejects.toMatchObject({ code: 'IMAGE_UNAVAILABLE' })
  expect(run.engine.changes[0]).toBe('DELETE /containers/c')
})

test('one that runs but does not answer is reported, and not touched', { timeout: 20_000 }, async () => {
  await run.addContainer({ labels: { 'iris-devtester.port': '1', 'iris-devtester.web-port': '0' } })
  await expect(hold()).rejects.toMatchObject({
    code: 'CONTAINER_WAIT_TIMEOUT',
    hint: expect.stringContaining('restart'),
  })
  expect(run.engine.changes).toEqual([])
})
