import { afterEach, beforeEach, expect, test } from 'vitest'
import { FIXTURE_RANGE, RunFixture } from '../testing/run-fixture.ts'
import { prepareNew, prepareStopped } from './prepare-container.ts'

const [PORT] = FIXTURE_RANGE

let run: RunFixture

beforeEach(async () => {
  run = await RunFixture.open()
  run.engine.images.add('iris')
})

afterEach(() => run[Symbol.asyncDispose]())

const NAME_TAKEN = [409, { message: 'The container name "/x" is already in use by container "d"' }] as const

test('an image that can not be had leaves no assignment', async () => {
  run.engine.answers.set('POST /images/create', [404, { message: 'manifest unknown' }])
  await expect(prepareNew(run.context({ image: 'missing:1' }))).rejects.toMatchObject({ code: 'IMAGE_UNAVAILABLE' })
  expect(await run.registry.listAll()).toEqual([])
})

test('an engine that refuses to create leaves no assignment', async () => {
  run.engine.answers.set('POST /containers/create', [400, { message: 'invalid mount config' }])
  await expect(prepareNew(run.context({ image: 'iris' }))).rejects.toMatchObject({ code: 'CONTAINER_REFUSED' })
  expect(await run.registry.listAll()).toEqual([])
})

test('a port that the engine refuses is exchanged, one that was asked for is a conflict', async () => {
  run.engine.answers.set('POST /containers/create', [
    500,
    { message: `Bind for 127.0.0.1:${PORT} failed: port is already allocated` },
  ])
  await expect(prepareNew(run.context({ image: 'iris', preferredPort: PORT }))).rejects.toMatchObject({
    code: 'PORT_IN_USE',
  })
  expect(await run.registry.listAll()).toEqual([])
})

test('a name that another process took at the same moment is no error when the container is the own one', async () => {
  run.engine.answers.set('POST /containers/create', NAME_TAKEN)
  await expect(prepareNew(run.context({ image: 'iris' }))).rejects.toMatchObject({ code: 'CONTAINER_NAME_TAKEN' })
})

test('a stopped container whose port is taken is refused, and stays', async () => {
  await run.addContainer({ status: 'exited' })
  run.engine.answers.set('POST /containers/c/start', [
    500,
    { message: `Bind for 127.0.0.1:${PORT} failed: port is already allocated` },
  ])
  const found = await run.engine.client.inspectContainer('c')
  await expect(prepareStopped(run.context(), found as never)).rejects.toMatchObject({
    code: 'CONTAINER_PORT_TAKEN',
    details: { port: PORT },
  })
  expect(run.engine.containers).toHaveLength(1)
})
