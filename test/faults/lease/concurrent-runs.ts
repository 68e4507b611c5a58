/**
 * Many processes acquire at once, one project or each its own. Run: `node test/faults/lease/concurrent-runs.ts [processes] [rounds]`.
 */
import { acquireAtOnce } from './acquire-at-once.ts'
import { LeaseFixture } from './lease-fixture.ts'

const processes = Number(process.argv[2] ?? 8)
const rounds = Number(process.argv[3] ?? 3)
await using fixture = await LeaseFixture.open()
let failed = 0
for (const projects of ['one', 'many'] as const) {
  for (let round = 1; round <= rounds; round++) {
    const { acquired, created, ports, slowestMs } = await acquireAtOnce(fixture, processes, projects)
    const containers = new Set(acquired.map(({ containerId }) => containerId)).size
    const left = await fixture.settle({ containers: 0, leases: 0, ports: 0 })
    const wanted = projects === 'one' ? 1 : processes
    const isRight = created === wanted && containers === wanted && left.containers + left.leases + left.ports === 0
    if (!isRight) failed++
    console.log(
      `${isRight ? 'right' : 'WRONG'}  ${processes} processes, ${projects} project${projects === 'one' ? '' : 's'}: ` +
        `${created} containers created, ${containers} in use, ports ${ports.join(' ')}, slowest ${Math.round(slowestMs)} ms, ` +
        `left ${left.containers} containers ${left.leases} leases ${left.ports} ports`,
    )
  }
}
process.exitCode = failed === 0 ? 0 : 1
