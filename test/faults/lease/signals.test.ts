import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { LeaseFixture } from './lease-fixture.ts'
import { PHASES } from './lease-run.ts'
import { endInEveryWay } from './signal-cases.ts'

/** Runs end by SIGINT, SIGTERM, SIGHUP, SIGKILL, an uncaught exception and `process.exit()`. */
describe('a run that ends in the middle', () => {
  let fixture: LeaseFixture

  beforeAll(async () => {
    fixture = await LeaseFixture.open()
  })

  afterAll(() => fixture[Symbol.asyncDispose]())

  test.each(PHASES)('of its %s leaves a warm container at most, clean and ready for the next run', async (phase) => {
    const stays = phase === 'set-up' ? 0 : 1
    for (const outcome of await endInEveryWay(fixture, phase, 'warm')) {
      expect(outcome).toMatchObject({ containers: stays, leases: 0, ports: 2 * stays, namespaces: [] })
      expect(outcome.next).toBe(stays === 1 ? 'same' : undefined)
    }
  })

  test('of its teardown leaves nothing where nothing is to be kept', async () => {
    for (const outcome of await endInEveryWay(fixture, 'teardown', 'stop', ['SIGTERM', 'SIGKILL'])) {
      expect(outcome).toMatchObject({ containers: 0, leases: 0, ports: 0, namespaces: [], next: 'new' })
    }
  })
})
