import type { ProjectContainer } from '@iris-devtester/core'
import type { LeaseRecord, PortAssignment } from '@iris-devtester/core/ports'
import { describe, expect, test } from 'vitest'
import { assignmentJson, containerJson, runJson } from './json-views.ts'
import { refuseLiveRuns } from './refuse-live-runs.ts'
import { assignmentTable, containerTable, copyTable, historyTable, keptText, runTable } from './text-views.ts'

const AT = '2026-01-01T00:00:00.000Z'

const run: LeaseRecord = {
  id: 'l',
  project_path: '/a',
  runner: 'vitest',
  process: { pid: 7, startTime: '1', host: 'box/boot/1' },
  acquired_at: AT,
  namespaces: [],
}
const container: ProjectContainer = {
  projectPath: '/a',
  instance: 'main',
  id: 'c',
  name: 'iris_a',
  image: 'i',
  imageId: '',
  state: 'running',
  port: 1972,
  webPort: 52_773,
  owner: 'lease',
  isInitialised: true,
  keep: 'warm',
  idleTimeoutMs: 600_000,
  idleSince: undefined,
  copies: [],
  runs: [run],
  isSetAside: false,
  fingerprints: undefined,
  hasFolder: true,
}
const assignment: PortAssignment = {
  projectPath: '/a',
  service: 'iris',
  port: 1972,
  assignedAt: new Date(AT),
  assignmentType: 'auto',
  status: 'active',
}

/** The rows below the heading, cell by cell. */
function rows(text: string): string[][] {
  return text
    .split('\n')
    .slice(1)
    .map((line) => line.split(/ {2,}/))
}

describe('what becomes of a container without a run', () => {
  const idle = { ...container, idleSince: AT }
  test.each([
    ['its test says', { ...container, owner: 'container' }, 'by its test'],
    ['nobody knows', { ...container, keep: undefined }, '-'],
    ['nobody knows for how long', { ...container, idleTimeoutMs: undefined }, '-'],
    ['it ends', { ...container, keep: 'stop' }, 'until its last run ends'],
    ['it stays for a while', container, '10 min after its last run'],
    ['it stays for the rest of that', idle, '9 min more'],
  ] as const)('%s', (_name, one, expected) => {
    expect(keptText(one, Date.parse(AT) + 60_000)).toBe(expected)
  })
})

test('tables have a row for each, and a dash for what there is not', () => {
  const none = { ...container, port: 0, webPort: 0, runs: [], keep: undefined, state: 'gone' as const }
  expect(rows(containerTable([container, none]))).toEqual([
    ['/a', 'iris_a', 'running', '1972', '52773', '1', '10 min after its last run'],
    ['/a', 'iris_a', 'gone', '-', '-', '0', '-'],
  ])
  expect(rows(assignmentTable([assignment, { ...assignment, containerName: 'iris_a' }]))).toEqual([
    ['/a', 'iris', '1972', 'auto', 'active', '-'],
    ['/a', 'iris', '1972', 'auto', 'active', 'iris_a'],
  ])
  expect(rows(runTable([run, { ...run, namespaces: ['A', 'B'] }])).map((cells) => cells.at(-1))).toEqual(['-', 'A B'])
  const copy = { namespace: 'K1', test: 'a.test.ts > fails', at: AT, until: undefined }
  const ended = { ...copy, test: undefined, until: new Date(Date.parse(AT) + 600_000).toISOString() }
  expect(rows(copyTable([copy, ended], Date.parse(AT) + 180_000))).toEqual([
    ['K1', 'a.test.ts > fails', '3 min ago', 'its run ends'],
    ['K1', '-', '3 min ago', '7 min more'],
  ])
  const entry = {
    at: AT,
    action: 'assigned',
    port: 1972,
    project_path: '/a',
    service: 'iris',
    reason: 'requested',
  } as const
  expect(rows(historyTable([entry]))).toEqual([['2026-01-01 00:00:00', 'assigned', '1972', 'iris', '/a', 'requested']])
})

test('JSON says null for what there is not', () => {
  expect(assignmentJson(assignment)).toEqual({
    expiresAt: null,
    instance: 'main',
    projectPath: '/a',
    service: 'iris',
    port: 1972,
    type: 'auto',
    status: 'active',
    assignedAt: AT,
    containerName: null,
  })
  expect(runJson(run)).toMatchObject({ pid: 7, host: 'box', containerId: null })
  expect(runJson({ ...run, container_id: 'c' }).containerId).toBe('c')
  const bare = { ...container, keep: undefined, idleTimeoutMs: undefined }
  expect(containerJson(bare)).toMatchObject({ keep: null, idleTimeoutMs: null, idleSince: null, runs: [{ pid: 7 }] })
  const copies = [{ namespace: 'K1', test: undefined, at: AT, until: undefined }]
  expect(containerJson({ ...container, copies }).copies).toEqual([{ namespace: 'K1', test: null, at: AT, until: null }])
  expect(containerJson({ ...container, idleSince: AT })).toMatchObject({ keep: 'warm', idleSince: AT })
})

test('live runs are named to who would take something away from them', () => {
  expect(() => refuseLiveRuns([], 'Nothing is done')).not.toThrow()
  const refusal = (runs: LeaseRecord[]) => {
    try {
      refuseLiveRuns(runs, 'Nothing is done')
    } catch (error) {
      return (error as { summary: string }).summary
    }
    return ''
  }
  expect(refusal([run])).toBe('Nothing is done: a run is live.\n  vitest (pid 7) in /a')
  expect(refusal([run, { ...run, runner: 'jest' }])).toBe(
    'Nothing is done: runs are live.\n  vitest (pid 7) in /a\n  jest (pid 7) in /a',
  )
})
