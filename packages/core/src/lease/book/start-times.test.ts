import { expect, test } from 'vitest'
import { quietReporter } from './start-reporter.ts'
import { StartTimes } from './start-times.ts'

test('each part lasts until the next one begins; one that comes again is one', () => {
  let now = 0
  const times = new StartTimes('create', () => now)
  const reporter = times.watch(quietReporter)
  const at = (ms: number, what: () => void) => {
    now = ms
    what()
  }
  at(100, () => reporter.pulling('image', undefined))
  at(2_100, () => reporter.pulling('image', { receivedBytes: 1, totalBytes: 2 }))
  at(5_100, () => reporter.starting('iris', 'boot'))
  at(5_100, () => times.enter('create'))
  at(5_300, () => reporter.starting('iris', 'boot'))
  at(9_300, () => reporter.starting('iris', 'superserver'))
  at(9_400, () => reporter.starting('iris', 'login'))
  at(9_900, () => times.enter('namespaces'))
  at(10_000, () => times.enter('load'))
  now = 12_000
  expect(times.end()).toEqual([
    { phase: 'create', ms: 300 },
    { phase: 'pull', ms: 5_000 },
    { phase: 'boot', ms: 4_000 },
    { phase: 'superserver', ms: 100 },
    { phase: 'login', ms: 500 },
    { phase: 'namespaces', ms: 100 },
    { phase: 'load', ms: 2_000 },
  ])
})
