/**
 * Kills test runs at random moments, several projects at once, some twice over, and counts what is left once the reaper had
 * its time. Run: `node test/faults/lease/kill-storm.ts [rounds] [seed]`.
 */
import { setTimeout as sleep } from 'node:timers/promises'
import { LeaseFixture } from './lease-fixture.ts'

const rounds = Number(process.argv[2] ?? 10)
let seed = Number(process.argv[3] ?? Date.now() % 1_000_000)
console.log(`seed ${seed}`)

/** A small generator of the same numbers for the same seed. */
function random(below: number): number {
  seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
  return Math.floor(seed / 65_536) % below
}

const environment = { STANDIN_BOOT_MS: '200' }
const none = { containers: 0, leases: 0, ports: 0 }
await using fixture = await LeaseFixture.open()
const projects = Array.from({ length: 4 }, () => fixture.project())
let leaked = 0
let acquired = 0
for (let round = 1; round <= rounds; round++) {
  const runs = projects.flatMap((projectPath) =>
    Array.from({ length: 1 + random(2) }, () => {
      const keep = random(2) === 0 ? 'warm' : 'stop'
      const run = fixture.begin({ projectPath, environment, keep, workers: 2, idleTimeoutMs: 60_000 })
      return { run, killAfterMs: 100 + random(5_000) }
    }),
  )
  await Promise.all(
    runs.map(async ({ run, killAfterMs }) => {
      await sleep(killAfterMs)
      await run.end()
    }),
  )
  const left = await fixture.settle({ leases: 0 })
  const document = await fixture.registry.read()
  const unknown = (await fixture.containers()).filter(({ Id }) => !document.containers[Id])
  const ports = (await fixture.registry.listAll()).filter(
    (one) => !Object.values(document.containers).some((record) => record.project_path === one.projectPath),
  )
  acquired += Object.keys(document.containers).length
  if (left.leases + unknown.length + ports.length > 0) leaked++
  console.log(
    `round ${round}: ${runs.length} runs killed; left ${left.leases} leases, ${unknown.length} unknown containers, ` +
      `${ports.length} ports without one; ${left.containers} warm containers`,
  )
}
for (const projectPath of projects) {
  await using next = await fixture.acquire({ projectPath, environment, keep: 'stop', isolation: 'shared' })
  const { namespaces } = await next.connection.serverInfo()
  const dead = namespaces.filter((name) => name.startsWith('IDT'))
  if (dead.length > 0) {
    leaked++
    console.log(`leaked namespaces ${dead.join(' ')}`)
  }
}
const left = await fixture.settle(none)
if (left.containers + left.leases + left.ports > 0) leaked++
console.log(`at the end ${JSON.stringify(left)}; ${acquired} containers were warm after a round; ${leaked} leaks`)
process.exitCode = leaked === 0 ? 0 : 1
