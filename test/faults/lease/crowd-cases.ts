import type { Acquired } from './lease-run.ts'
import type { LeaseWorld } from './lease-world.ts'

/** What a crowd of processes got that acquired at once. */
export interface CrowdOutcome {
  readonly acquired: readonly Acquired[]
  /** Containers that were ever created for it. */
  readonly created: number
  readonly containers: number
  readonly ports: readonly number[]
  readonly slowestMs: number
}

/** So many processes acquire at once, of one project or each of its own, and hold on until all have got theirs. */
export async function crowd(world: LeaseWorld, processes: number, projects: 'one' | 'many'): Promise<CrowdOutcome> {
  const since = Math.floor(Date.now() / 1_000)
  const shared = world.project()
  const runs = Array.from({ length: processes }, () =>
    world.begin({
      projectPath: projects === 'one' ? shared : world.project(),
      keep: 'stop',
      isolation: 'run',
      environment: { STANDIN_BOOT_MS: '200' },
    }),
  )
  const acquired = await Promise.all(runs.map((run) => run.report('acquired')))
  const containers = (await world.containers()).length
  const created = await world.created(since)
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
