import { describe, expect, test } from 'vitest'
import { diagnose, type Evidence, isFatal } from './diagnosis.ts'

const EVIDENCE: Evidence = { container: 'iris_ab_1972', image: 'registry:5000/x/iris:2024.1', lines: [] }

describe('a line of the log', () => {
  test.each([
    ['11/20/26-10:00:00:000 (1) 2 [Generic.Event] Community License expired.', 'IRIS_LICENSE_EXPIRED'],
    ['Invalid Community Edition license, may have exceeded core limit.', 'IRIS_LICENSE_EXPIRED'],
    ['** Startup aborted **', 'IRIS_STARTUP_ABORTED'],
    ['[ERROR] Command "iris start IRIS quietly" exited with status 256', 'IRIS_STARTUP_ABORTED'],
    ['Durable folder: /data does not exists, or cannot be created', 'IRIS_STARTUP_ABORTED'],
    ['ERROR #5001: Cannot create target: /data', 'IRIS_STARTUP_ABORTED'],
    ['ERROR #5001: Unable to open merge file /a.cpf: permission denied', 'IRIS_MERGE_FILE_UNREADABLE'],
    ['exec /iris-main: exec format error', 'IMAGE_WRONG_ARCHITECTURE'],
  ])('%s is fatal', (line, code) => {
    expect(isFatal(line)).toBe(true)
    expect(diagnose({ ...EVIDENCE, lines: ['[INFO] Starting', line] })).toMatchObject({
      code,
      logTail: ['[INFO] Starting', line],
    })
  })

  test.each([
    '[INFO] Starting InterSystems IRIS instance IRIS...',
    'IRIS Merge of /iris-devtester/merge.cpf into /usr/irissys/iris.cpf',
    'IRIS Merge completed successfully',
    '[Utility.Event] Enabling logons',
    'License key loaded',
  ])('%s is not', (line) => {
    expect(isFatal(line)).toBe(false)
  })
})

test('of several fatal lines the one that explains the others counts', () => {
  const lines = [
    '** Startup aborted **',
    '[ERROR] Command "iris start IRIS quietly" exited',
    'Community License expired.',
  ]
  expect(diagnose({ ...EVIDENCE, lines, exitCode: 1 })).toMatchObject({ code: 'IRIS_LICENSE_EXPIRED', exitCode: 1 })
})

test('an expired licence names a newer image of the same registry', () => {
  const { hint } = diagnose({ ...EVIDENCE, lines: ['Community License expired.'] })
  expect(hint).toContain('docker pull registry:5000/x/iris:latest-em')
})

test('an exit carries its code and the last fifty lines', () => {
  const lines = Array.from({ length: 80 }, (_, index) => `line ${index}.`)
  const error = diagnose({ ...EVIDENCE, lines, exitCode: 3 })
  expect(error).toMatchObject({ code: 'IRIS_EXITED', exitCode: 3, logTail: lines.slice(30) })
  expect(error.message).toContain('exit code 3')
  expect(error.message).toContain('| line 79.')
  expect(error.message).not.toContain('| line 29.')
})

test('an exit without output says so, and how to watch', () => {
  expect(diagnose({ ...EVIDENCE, exitCode: 1 }).message).toMatch(/It wrote nothing[\s\S]*docker run --rm -it/)
  expect(diagnose({ ...EVIDENCE, exitCode: 127 }).message).toMatch(/Is .* an IRIS image/)
})

test.each([
  [{ oomKilled: true, exitCode: 137 }, 'for want of memory'],
  [{ oomKilled: false, exitCode: 137 }, 'SIGKILL'],
])('%o is out of memory', (state, text) => {
  const error = diagnose({ ...EVIDENCE, ...state })
  expect(error.code).toBe('IRIS_OUT_OF_MEMORY')
  expect(error.message).toContain(text)
  expect(error.hint).toContain('memoryMb')
})

test('exhausted licence units are named', () => {
  expect(diagnose({ ...EVIDENCE, lines: ['<LICENSE LIMIT EXCEEDED>'], exitCode: 1 }).code).toBe(
    'IRIS_LICENSE_UNITS_EXHAUSTED',
  )
})

test('a deadline names what was still awaited', () => {
  const error = diagnose({ ...EVIDENCE, lines: ['[INFO] Starting'], timeout: { ms: 2_500, phase: 'superserver' } })
  expect(error.code).toBe('IRIS_START_TIMEOUT')
  expect(error.message).toContain('not ready within 2.5 s; still awaited: superserver')
  expect(error.exitCode).toBeUndefined()
})
