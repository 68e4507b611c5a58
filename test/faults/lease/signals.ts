/**
 * Ends test runs in every way at every phase, with containers kept warm and not, and counts what is left once the reaper
 * had its time. Run: `node test/faults/lease/signals.ts`.
 */

import { LeaseFixture } from './lease-fixture.ts'
import { PHASES } from './lease-run.ts'
import { endInEveryWay } from './signal-cases.ts'

await using fixture = await LeaseFixture.open()
let leaked = 0
for (const keep of ['warm', 'stop'] as const) {
  for (const phase of PHASES) {
    for (const outcome of await endInEveryWay(fixture, phase, keep)) {
      const stays = keep === 'warm' && phase !== 'set-up' ? 1 : 0
      const isClean =
        outcome.containers === stays &&
        outcome.leases === 0 &&
        outcome.ports === 2 * stays &&
        outcome.namespaces.length === 0 &&
        (outcome.next === 'same') === (stays === 1)
      if (!isClean) leaked++
      console.log(
        [
          isClean ? 'clean ' : 'LEAKED',
          keep.padEnd(4),
          phase.padEnd(8),
          outcome.ending.padEnd(9),
          `containers ${outcome.containers}  leases ${outcome.leases}  ports ${outcome.ports}`,
          `namespaces ${outcome.namespaces.length}  next run ${outcome.next ?? '-'}  after ${Math.round(outcome.cleanMs)} ms`,
        ].join('  '),
      )
    }
  }
}
console.log(`${leaked} of 36 cases left something behind`)
process.exitCode = leaked === 0 ? 0 : 1
