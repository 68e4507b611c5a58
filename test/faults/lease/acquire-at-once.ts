import type { LeaseFixture } from './lease-fixture.ts'
import type { Acquired } from './lease-run.ts'

/** What processes got that acquired at once. */
export interface ConcurrentOutcome {
  readonly acquired: readonly Acquired[]
  /** Containers that were ever created for it. */
  readonly created: number
  readonly containers: number
  readonly ports: readonly number[]
  readonly slowestMs: number
}

/** So many processes acquire at once, of one project or each of its own, and hold on until all have got theirs. */
export async function acquireAtOnce(
  fixture: LeaseFixture,
  processes: number,
  projects: 'one' | 'many',
): Promise<ConcurrentOutcome> {
  const since = Math.floor(Date.now() / 1_000)
  const shared = fixture.project()
  const runs = Array.from({ length: processes }, () =>
    fixture.begin({
      projectPath: projects === 'one' ? shared : fixture.project(),
      keep: 'stop',
      isolation: 'run',
      environment: { STANDIN_BOOT_MS: '200' },
    }),
  )
  const acquired = await Promise.all(runs.map((run) => run.report('acquired')))
  const containers = (await fixture.containers()).length
  const created = await fixture.created(since)
  for (const run of runs) run.release()
  await Promise.all(runs.map((run) => run.report('released')))
  return {
    acquired,
    created,
    containers,
    ports: [...new Set(acquired.map(({ port }) => port))].sort((one, other) => one - other),
    slowestMs: Math.max(...acquired.map(({ milliseconds }) => milliseconds)),
  }
}
