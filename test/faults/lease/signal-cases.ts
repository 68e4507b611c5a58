import type { LeaseFixture } from './lease-fixture.ts'
import { ENDINGS, type Ending, type Phase } from './lease-run.ts'

/** What one run that ended in the middle has left, once the reaper had its time. */
export interface SignalOutcome {
  readonly phase: Phase
  readonly ending: Ending
  readonly keep: 'warm' | 'stop'
  readonly containers: number
  readonly leases: number
  readonly namespaces: readonly string[]
  readonly ports: number
  /** How the next run of the project got its container. */
  readonly next: 'same' | 'new' | undefined
  /** From the run's end until nothing was left, in ms. */
  readonly cleanMs: number
}

/** Runs that end in every way at one phase, all at once, each in a project of its own. */
export async function endInEveryWay(
  fixture: LeaseFixture,
  phase: Phase,
  keep: 'warm' | 'stop',
  endings: readonly Ending[] = ENDINGS,
): Promise<SignalOutcome[]> {
  return Promise.all(endings.map((ending) => endOne(fixture, phase, ending, keep)))
}

async function endOne(
  fixture: LeaseFixture,
  phase: Phase,
  ending: Ending,
  keep: 'warm' | 'stop',
): Promise<SignalOutcome> {
  const projectPath = fixture.project()
  const run = fixture.begin({
    projectPath,
    keep,
    workers: 2,
    environment: { STANDIN_BOOT_MS: '100' },
    die: { phase, ending },
  })
  const acquired = phase === 'set-up' ? undefined : await run.report('acquired')
  await run.ended()
  const began = performance.now()
  // A container that never became ready is of no use to anybody.
  const stays = keep === 'warm' && phase !== 'set-up' ? 1 : 0
  const left = await fixture.settle({ containers: stays, leases: 0, ports: 2 * stays }, projectPath)
  const cleanMs = performance.now() - began
  if (acquired === undefined) return { phase, ending, keep, ...left, namespaces: [], next: undefined, cleanMs }
  const next = await fixture.acquire({
    projectPath,
    isolation: 'shared',
    keep: 'stop',
    environment: { STANDIN_BOOT_MS: '100' },
  })
  try {
    const own = new Set(acquired.namespaces)
    const { namespaces } = await next.connection.serverInfo()
    return {
      phase,
      ending,
      keep,
      ...left,
      namespaces: namespaces.filter((name) => own.has(name)),
      next: next.container?.id === acquired.containerId ? 'same' : 'new',
      cleanMs,
    }
  } finally {
    await next.release()
  }
}
