import { expect, test } from 'vitest'
import { type ReadyReport, streamReporter } from './start-reporter.ts'

const report: ReadyReport = {
  image: 'iris:latest',
  host: '127.0.0.1',
  port: 1972,
  webPort: 52_773,
  containerName: 'iris_0_1972',
  start: 'cold',
  milliseconds: 4_210,
}

function outputOf(isTTY: boolean, columns = 120) {
  let text = ''
  let now = 0
  const output = {
    isTTY,
    columns,
    write(piece: string) {
      text += piece
    },
  }
  return {
    reporter: streamReporter(output, () => now),
    pass(milliseconds: number) {
      now += milliseconds
    },
    /** What is written since the last look. */
    take() {
      const piece = text
      text = ''
      return piece
    },
  }
}

test('a terminal has one line that changes, with a bar while pulling, and one that stays', () => {
  const { reporter, take } = outputOf(true)
  reporter.pulling('iris:latest', { receivedBytes: 25_000_000, totalBytes: 100_000_000 })
  expect(take()).toContain('iris:latest  [#####...............] 25.0 of 100.0 MB')
  reporter.starting('iris_0_1972', 'boot')
  expect(take()).toBe('\r\u001b[2KIRIS starts  iris_0_1972  booting …')
  reporter.ready(report)
  expect(take()).toBe(
    '\r\u001b[2KIRIS ready  iris:latest  superserver 127.0.0.1:1972  web 127.0.0.1:52773  container iris_0_1972  cold  4.2 s\n',
  )
})

test('elsewhere each subject is a plain line, and its progress comes every ten seconds at most', () => {
  const { reporter, take, pass } = outputOf(false)
  const pulled = (receivedBytes: number) => reporter.pulling('iris:latest', { receivedBytes, totalBytes: 50_000_000 })
  pulled(1_000_000)
  expect(take()).toBe('IRIS pulls  iris:latest  1.0 of 50.0 MB\n')
  pass(9_999)
  pulled(2_000_000)
  expect(take()).toBe('')
  pass(1)
  pulled(3_000_000)
  expect(take()).toBe('IRIS pulls  iris:latest  3.0 of 50.0 MB\n')
  reporter.starting('iris_0_1972', 'boot')
  reporter.starting('iris_0_1972', 'superserver')
  expect(take()).toBe('IRIS starts  iris_0_1972  booting …\n')
  pass(10_000)
  reporter.starting('iris_0_1972', 'login')
  expect(take()).toBe('IRIS starts  iris_0_1972  logging in …\n')
  reporter.ready({ ...report, start: 'warm', milliseconds: 12, webPort: 0 })
  expect(take()).toBe(
    'IRIS ready  iris:latest  superserver 127.0.0.1:1972  no web server  container iris_0_1972  warm  0.012 s\n',
  )
})

test('a failed start takes its line away; a warning stays', () => {
  const { reporter, take } = outputOf(true)
  reporter.starting('iris_0_1972', 'login')
  take()
  reporter.warning('too many workers')
  expect(take()).toBe('\r\u001b[2KIRIS warning  too many workers\n')
  reporter.failed()
  expect(take()).toBe('')
})

test('a line that changes never wraps, so that it can be taken away', () => {
  const { reporter, take } = outputOf(true, 40)
  reporter.starting('iris_01234567_1972', 'superserver')
  expect(take()).toHaveLength(39)
})
