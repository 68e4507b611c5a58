import { once } from 'node:events'
import { createServer, type Server } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { emptyDocument } from '../document/registry-document.ts'
import type { PortRequest } from './decide-port.ts'
import { MachineFacts } from './machine-facts.ts'
import { describeHolder, findSuggestions, refusalError } from './refuse-request.ts'

const FIRST = 23_640
const request: PortRequest = { projectPath: '/p', service: 'iris', range: [FIRST, FIRST + 14], avoid: new Set() }
const container = { kind: 'container', name: 'c', image: 'i', state: 'running' } as const
const record = {
  project_path: '/p',
  port: FIRST,
  assigned_at: '2026-01-01T00:00:00.000Z',
  assignment_type: 'auto',
  status: 'active',
  container_name: null,
} as const

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) server.close()
})

async function listen(...ports: number[]): Promise<void> {
  for (const port of ports) {
    const server = createServer()
    servers.push(server)
    server.listen(port, '127.0.0.1')
    await once(server, 'listening')
  }
}

test('a holder is named as well as it is known', () => {
  expect(describeHolder(container)).toBe('container "c" (i, running)')
  expect(describeHolder({ kind: 'system', reason: 'kept' })).toBe('kept')
  expect(describeHolder({ kind: 'process' })).toBe('another process')
  expect(describeHolder({ kind: 'process', pid: 7, command: 'node' })).toBe('node (process 7)')
})

test('an exhausted range tells who has its ports, in their order', async () => {
  const facts = new MachineFacts('iris')
  await listen(FIRST + 1)
  facts.busy.set(FIRST + 2, { kind: 'system', reason: 'kept' })
  facts.busy.set(FIRST, container)
  facts.busy.set(FIRST + 1, { kind: 'process' })
  const error = await refusalError({ kind: 'exhausted' }, emptyDocument(new Date(0)), request, facts)
  expect(error).toMatchObject({ code: 'PORT_EXHAUSTED' })
  const who = process.platform === 'linux' ? `.*\\(process ${process.pid}\\)` : 'another process'
  expect(error.message).toMatch(
    new RegExp(`\n  ${FIRST}: container "c" \\(i, running\\)\n  ${FIRST + 1}: ${who}\n  ${FIRST + 2}: kept
`),
  )
})

test('a refusal names the port that a run of the project holds and the one that was asked for', async () => {
  const ask = async (preferredPort?: number) =>
    refusalError(
      { kind: 'held', record },
      emptyDocument(new Date(0)),
      { ...request, preferredPort },
      new MachineFacts('iris'),
    )
  expect(await ask(FIRST + 5)).toMatchObject({
    code: 'ASSIGNMENT_IN_USE',
    details: { port: FIRST + 5, assignedPort: FIRST },
    suggestions: [FIRST + 6, FIRST + 4, FIRST + 7],
  })
  expect(await ask()).toMatchObject({ details: { port: FIRST, assignedPort: FIRST } })
})

test('a refusal for a port in use names its holder: a container as the engine names it, a process as the system does', async () => {
  const facts = new MachineFacts('iris')
  await listen(FIRST)
  const refuse = (holder: typeof container | { kind: 'process' }) =>
    refusalError(
      { kind: 'conflict', port: FIRST, obstacle: { kind: 'holder', holder } },
      emptyDocument(new Date(0)),
      { ...request, preferredPort: FIRST },
      facts,
    )
  expect(await refuse(container)).toMatchObject({ code: 'PORT_IN_USE', details: { conflictingContainer: 'c' } })
  const pid = process.platform === 'linux' ? process.pid : undefined
  expect((await refuse({ kind: 'process' })).details.pid).toBe(pid)
  const assigned = await refusalError(
    { kind: 'conflict', port: FIRST, obstacle: { kind: 'assignment', record } },
    emptyDocument(new Date(0)),
    { ...request, projectPath: '/q', preferredPort: FIRST },
    facts,
  )
  expect(assigned).toMatchObject({ code: 'PORT_IN_USE', details: { conflictingProject: '/p' } })
})

test('three ports are suggested that are really free, and no more are tried than it takes', async () => {
  const wanted = FIRST + 7
  const facts = new MachineFacts('iris')
  expect(await findSuggestions(wanted, emptyDocument(new Date(0)), request, facts)).toEqual([
    wanted + 1,
    wanted - 1,
    // The rounder of two that are equally near.
    wanted - 2,
  ])
  expect(facts.isKnown(wanted)).toBe(false)
  expect(facts.isKnown(wanted + 5)).toBe(false)
  // The nearest eight are held, so one looks further.
  const near = [1, -1, 2, -2, 3, -3, 4, -4]
  await listen(...near.map((distance) => wanted + distance))
  const suggestions = await findSuggestions(wanted, emptyDocument(new Date(0)), request, new MachineFacts('iris'))
  expect(suggestions.map((port) => Math.abs(port - wanted))).toEqual([5, 5, 6])
})

test('none is suggested where none is free', async () => {
  const facts = new MachineFacts('iris')
  for (let port = FIRST; port <= FIRST + 14; port += 1) facts.busy.set(port, container)
  expect(await findSuggestions(FIRST, emptyDocument(new Date(0)), request, facts)).toEqual([])
})
