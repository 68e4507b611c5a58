import { expect, test } from 'vitest'
import type { AssignmentRecord } from '../document/assignment-record.ts'
import { assignmentNotFound, invalidChange } from '../document/document-errors.ts'
import type { PortRegistryError } from '../document/port-registry-error.ts'
import { emptyDocument } from '../document/registry-document.ts'
import { lockTimedOut } from '../store/write-queue.ts'
import type { Obstacle, PortHolder } from './decide-port.ts'
import { assignmentInUse, exhausted, invalidPort, outOfRange, portInUse, systemReserved } from './port-errors.ts'

const AT = '2026-01-01T00:00:00.000Z'

function record(project_path: string, port: number): AssignmentRecord {
  return { project_path, port, assigned_at: AT, assignment_type: 'auto', status: 'active', container_name: null }
}

/** What the user is told, and what a program can know. */
function described({ name, code, summary, hint, details, suggestions }: PortRegistryError): string {
  return [`${name} ${code}: ${summary}`, hint, JSON.stringify({ ...details, suggestions })].join('\n')
}

function heldBy(holder: PortHolder): string {
  return described(portInUse(3000, { kind: 'holder', holder }, []))
}

function inUse(obstacle: Obstacle): string {
  return described(portInUse(3000, obstacle, [3001, 3002]))
}

test('a port that is none', () => {
  expect(described(invalidPort('1975'))).toMatchInlineSnapshot(`
    "PortRegistryError INVALID_PORT: "1975" is not a port. Give a whole number from 1 to 65535, or "auto".
    Omit the port to have one assigned.
    See what is taken: npx @iris-devtester/cli ports list
    {"port":"1975","suggestions":[]}"
  `)
  expect(invalidPort(undefined).summary).toBe(
    'undefined is not a port. Give a whole number from 1 to 65535, or "auto".',
  )
})

test('a port of another range', () => {
  expect(described(outOfRange(4500, 'node', [3000, 3999], [3999]))).toMatchInlineSnapshot(`
    "PortRegistryError PORT_OUT_OF_RANGE: Port 4500 is outside the range 3000-3999 of service "node". Free: 3999.
    Request a port from 3000-3999, or leave it out to have one assigned.
    Or move the range of "node": npx @iris-devtester/cli ports ranges --service node --set <first>-<last>
    {"port":4500,"service":"node","range":[3000,3999],"suggestions":[3999]}"
  `)
})

test('a port of the system', () => {
  expect(described(systemReserved(2601, [2601, 2699], [3000]))).toMatchInlineSnapshot(`
    "PortRegistryError SYSTEM_RESERVED: Port 2601 is among the ports 2601-2699, which are reserved for system services and not given to applications. Free: 3000.
    Request the service of your application: iris, iris-web, node, static, python or php.
    A system service registers with registerSystemService().
    {"port":2601,"range":[2601,2699],"suggestions":[3000]}"
  `)
  expect(described(systemReserved(undefined, [2601, 2699], []))).toMatchInlineSnapshot(`
    "PortRegistryError SYSTEM_RESERVED: Ports 2601-2699 are reserved for system services and not given to applications.
    Request the service of your application: iris, iris-web, node, static, python or php.
    A system service registers with registerSystemService().
    {"range":[2601,2699],"suggestions":[]}"
  `)
})

test('a port that another project or a system service has', () => {
  expect(inUse({ kind: 'assignment', record: { ...record('/it’s', 3000), service: 'node' } })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by project "/it’s" for service "node" since 2026-01-01T00:00:00.000Z. Free: 3001, 3002.
    Release it there: npx @iris-devtester/cli ports release '/it’s'
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"conflictingProject":"/it’s","conflictingService":"node","startedAt":"2026-01-01T00:00:00.000Z","suggestions":[3001,3002]}"
  `)
  expect(inUse({ kind: 'reserved', name: 'mcp', since: AT })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by the system service "mcp" since 2026-01-01T00:00:00.000Z. Free: 3001, 3002.
    Ask for another port.
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"conflictingService":"mcp","startedAt":"2026-01-01T00:00:00.000Z","suggestions":[3001,3002]}"
  `)
})

test('a port that a container, a process or the system holds', () => {
  expect(heldBy({ kind: 'container', name: 'c', image: 'i', state: 'running' })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by container "c" (i, running).
    Stop it: docker stop c
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"conflictingContainer":"c","image":"i","suggestions":[]}"
  `)
  expect(heldBy({ kind: 'process', pid: 7, command: 'node x' })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by node x (process 7).
    End it: kill 7
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"pid":7,"command":"node x","suggestions":[]}"
  `)
  expect(heldBy({ kind: 'process' })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by another process.
    Find it: lsof -nP -i :3000
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"suggestions":[]}"
  `)
  expect(heldBy({ kind: 'system', reason: 'why' })).toMatchInlineSnapshot(`
    "PortConflictError PORT_IN_USE: Port 3000 is already used by something else: why.
    Find it: lsof -nP -i :3000
    See why the port is unavailable: npx @iris-devtester/cli ports explain 3000
    List all assignments: npx @iris-devtester/cli ports list
    {"port":3000,"reason":"why","suggestions":[]}"
  `)
})

test('another port than the one that a run uses', () => {
  expect(described(assignmentInUse(record('/a b', 1972), 1975, [1976]))).toMatchInlineSnapshot(`
    "PortConflictError ASSIGNMENT_IN_USE: Project /a b asks for port 1975, but a run of it is using port 1972 right now. Free: 1976.
    Wait for that run to end, or stop it; then ask again.
    Or do without a preferred port: the project keeps 1972.
    See the run: npx @iris-devtester/cli ports inspect '/a b'
    {"port":1975,"assignedPort":1972,"projectPath":"/a b","service":"iris","suggestions":[1976]}"
  `)
})

test('a range without a free port', () => {
  const document = {
    ...emptyDocument(new Date(0)),
    assignments: [record('/below', 1971), record('/a', 1972), record('/b', 1974), record('/above', 1975)],
  }
  const busy = new Map([
    [1972, 'the container of /a'],
    [1973, 'another process'],
  ])
  expect(described(exhausted(document, 'iris', [1972, 1974], busy))).toMatchInlineSnapshot(`
    "PortExhaustedError PORT_EXHAUSTED: All 3 ports of service "iris" (1972-1974) are in use. Current assignments:
      1972: /a (iris, since 2026-01-01T00:00:00.000Z)
      1974: /b (iris, since 2026-01-01T00:00:00.000Z)
      1973: another process
    Release a project's port: npx @iris-devtester/cli ports release /a
    Release those whose container or folder is gone: npx @iris-devtester/cli ports cleanup
    Release all: npx @iris-devtester/cli ports clear
    See who has a port, and how to get it: npx @iris-devtester/cli ports explain 1973
    Or give "iris" more ports: npx @iris-devtester/cli ports ranges --service iris --set 1972-1984
    {"service":"iris","range":[1972,1974],"assignments":[{"projectPath":"/a","port":1972,"service":"iris"},{"projectPath":"/b","port":1974,"service":"iris"}],"busy":{"1973":"another process"},"suggestions":[]}"
  `)
  const [first, ...rest] = document.assignments
  const held = first && { ...first, port: 1973, project_path: '/a b', container_name: 'iris_0_1973' }
  const hint = exhausted({ ...document, assignments: held ? [held] : rest }, 'iris', [1972, 1974], new Map()).hint
  expect(hint).toContain("npx @iris-devtester/cli down --project '/a b'\n")
  expect(hint).not.toContain('ports release')
})

test('a range without a free port does not advise to release the port that the asking project has lost', () => {
  const document = { ...emptyDocument(new Date(0)), assignments: [record('/asks', 1972)] }
  const { summary, hint } = exhausted(document, 'iris', [1972, 1972], new Map(), '/asks')
  expect(summary).toBe(
    'The only port of service "iris" (1972) is in use. Current assignments:\n  1972: another program, which took it while this project was starting',
  )
  expect(hint).not.toContain('/asks')
  expect(hint).toContain('npx @iris-devtester/cli ports explain 1972')
  const holder = new Map([[1972, 'container "x"']])
  expect(exhausted(document, 'iris', [1972, 1972], holder, '/asks').summary).toMatch(/\n {2}1972: container "x"$/)
})

test('a wide range without a free port names twenty of those who have them', () => {
  const all = (count: number) => Array.from({ length: count }, (_, index) => record(`/${index}`, 3000 + index))
  const lines = (count: number) =>
    exhausted({ ...emptyDocument(new Date(0)), assignments: all(count) }, 'node', [3000, 3999], new Map())
      .summary.split('\n')
      .slice(1)
  expect(lines(20).at(-1)).toBe(`  3019: /19 (iris, since ${AT})`)
  expect(lines(20)).toHaveLength(20)
  expect(lines(22).slice(19)).toEqual([`  3019: /19 (iris, since ${AT})`, '  … and 2 more'])
})

test('a registry that is kept busy', () => {
  expect(described(lockTimedOut('/r.lock', 5_000))).toMatchInlineSnapshot(`
    "PortAssignmentTimeoutError PORT_ASSIGNMENT_TIMEOUT: Other processes kept the port registry busy for more than 5000 ms. Nothing was changed.
    Try again.
    If no other process uses the registry, find what holds /r.lock: npx @iris-devtester/cli ports doctor
    Then remove a stale lock: npx @iris-devtester/cli ports doctor --repair
    {"lock":"/r.lock","timeoutMs":5000,"suggestions":[]}"
  `)
})

test('a project without a port', () => {
  expect(described(assignmentNotFound('/a', 'node'))).toMatchInlineSnapshot(`
    "AssignmentNotFoundError ASSIGNMENT_NOT_FOUND: Project /a has no port for service "node".
    See who has one: npx @iris-devtester/cli ports list
    {"projectPath":"/a","service":"node","suggestions":[]}"
  `)
})

test('a change after which there would be no registry', () => {
  expect(described(invalidChange('a run', 'leases'))).toMatchInlineSnapshot(`
    "PortRegistryError INVALID_CHANGE: The change "a run" was not made: the registry would not be valid after it (leases).
    This is a bug in the program that made the change. Report it there.
    {"reason":"a run","flaw":"leases","suggestions":[]}"
  `)
})
