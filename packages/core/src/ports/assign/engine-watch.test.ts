import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener, type Server } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { EngineWatch, notChecked } from './engine-watch.ts'

let folder: string
let server: Server
/** The paths the engine was asked for. */
let asked: string[]
let answer: RequestListener
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'iris-watch-'))
  asked = []
  server = createServer((request, response) => {
    asked.push(String(request.url))
    answer(request, response)
  })
  server.listen(join(folder, 'engine.sock'))
  await once(server, 'listening')
})
afterEach(() => {
  server.closeAllConnections()
  server.close()
  rmSync(folder, { recursive: true })
})

function watch(timeoutMs: number, socket = 'engine.sock'): EngineWatch {
  return new EngineWatch({ DOCKER_HOST: `unix://${join(folder, socket)}` }, timeoutMs)
}

const listed: RequestListener = ({ url }, response) => {
  const body = String(url).includes('containers') ? [] : { ApiVersion: '1.44', Version: '1' }
  response.setHeader('api-version', '1.44')
  response.setHeader('content-type', 'application/json')
  response.end(String(url).includes('_ping') ? 'OK' : JSON.stringify(body))
}

test('an engine that answers is surveyed, again and again', async () => {
  answer = listed
  const engine = watch(10_000)
  const reached = { reached: true, survey: { engine: `unix://${join(folder, 'engine.sock')}`, containers: [] } }
  expect(await engine.survey()).toEqual(reached)
  const first = asked.length
  expect(await engine.survey()).toEqual(reached)
  // It is looked for once.
  expect(asked.slice(first)).toHaveLength(1)
})

test('an engine that stops answering well is looked for anew', async () => {
  answer = listed
  const engine = watch(10_000)
  await engine.survey()
  answer = (_request, response) => void response.writeHead(500).end('{}')
  expect(await engine.survey()).toMatchObject({ reached: false })
  answer = listed
  expect(await engine.survey()).toMatchObject({ reached: true })
})

test('an engine that is not there is reported with its address', async () => {
  const outcome = await watch(10_000, 'nobody.sock').survey()
  expect(outcome).toEqual({
    reached: false,
    problem: expect.stringMatching(/^no engine answers \(unix:.*nobody\.sock: .+\)$/),
  })
})

test('an engine that hangs costs its time-out once', async () => {
  answer = () => undefined
  const engine = watch(150)
  const hung = { reached: false, problem: 'no answer within 150 ms' }
  expect(await engine.survey()).toEqual(hung)
  const first = asked.length
  expect(await engine.survey()).toEqual(hung)
  expect(asked).toHaveLength(first)
})

test('what could not be checked is a warning that says what to look at', () => {
  expect(notChecked('away')).toEqual({
    code: 'DOCKER_NOT_CHECKED',
    message:
      'Ports of containers could not be checked: away. Ports were tried on this machine alone. See: docker version, npx @iris-devtester/cli ports doctor',
    details: { problem: 'away' },
  })
})
