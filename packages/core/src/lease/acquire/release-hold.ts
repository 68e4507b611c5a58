import { currentProcess } from '../../process/process-identity.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeContainer, changeLease, claimEnd, holdersOf } from '../book/lease-book.ts'
import { endLease } from '../book/project-ports.ts'
import { endClaimed, ensureReaper } from '../cleanup/index.ts'

/** How long a container or an engine may take to clean up at a release, in ms; after that it is the reaper's. */
const RELEASE_TIMEOUT_MS = 10_000

/**
 * Releases a run's hold: ends the container when it isn't to be kept and no other run holds it, else cleans up and leaves
 * it to the others or warm. What a container or an engine doesn't do in time stays noted in the registry, and the reaper
 * or the next run does it: a release neither hangs nor fails for that.
 *
 * @param cleanUp drops the run's own namespaces in the container.
 */
export async function releaseHold(context: HoldContext, id: string, cleanUp: () => Promise<void>): Promise<void> {
  const { registry, reporter } = context
  const problem = (await claimEndAsLast(context, id))
    ? await attempt(() => end(context, id))
    : await releaseAndKeep(context, id, cleanUp)
  if (problem) reporter.warning(`${problem}; it is cleaned up later.`)
  ensureReaper(registry, await registry.read())
}

/** Gives the lease up and claims the container's end in one commit, unless it is to be kept or another run is on it. */
function claimEndAsLast({ registry, lease, acquisition }: HoldContext, id: string): Promise<boolean> {
  return registry.update('release', (draft) => {
    const keep = acquisition.asked.keep ?? draft.containers[id]?.keep
    if (keep !== 'stop' || !claimEnd(draft, id, currentProcess(), lease.id)) return false
    endLease(draft, lease)
    return true
  })
}

/** While the lease is held, no process ends the container during this clean-up. */
async function releaseAndKeep(
  context: HoldContext,
  id: string,
  cleanUp: () => Promise<void>,
): Promise<string | undefined> {
  const { registry, lease, acquisition } = context
  const problem =
    (await explainNotRunning(context, id)) ??
    (await attempt(() => withTimeLimit(RELEASE_TIMEOUT_MS, 'IRIS', cleanUp())))
  const isLast = await registry.update('release', (draft) => {
    if (problem && lease.namespaces.length > 0 && draft.containers[id]) {
      changeLease(draft, lease.id, { abandoned: true })
    } else endLease(draft, lease)
    if (holdersOf(draft, id).length > 0) return false
    changeContainer(draft, id, { ...acquisition.asked, idle_since: new Date().toISOString() })
    return draft.containers[id]?.keep === 'stop' && claimEnd(draft, id, currentProcess())
  })
  return isLast ? await attempt(() => end(context, id)) : problem
}

/** A container that is paused or stopped won't answer, however long it is asked. */
async function explainNotRunning({ engine }: HoldContext, id: string): Promise<string | undefined> {
  const state = await engine.inspectContainer(id, { timeoutMs: 2_000 }).then(
    (found) => found?.State,
    () => undefined,
  )
  return state && state.Status !== 'running' ? `The container ${id.slice(0, 12)} is ${state.Status}` : undefined
}

function end({ engine, registry }: HoldContext, id: string): Promise<void> {
  return endClaimed({ engine, registry, id, timeoutMs: RELEASE_TIMEOUT_MS })
}

async function attempt(work: () => Promise<void>): Promise<string | undefined> {
  try {
    await work()
    return undefined
  } catch (error) {
    return (error as Error).message.split('\n')[0]
  }
}

/**
 * Waits for work no longer than a limit; the work itself goes on.
 *
 * @param subject what takes too long, for the error.
 * @throws Error when the limit has passed; what the work throws before that.
 */
async function withTimeLimit<T>(limitMs: number, subject: string, work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`${subject} did not answer within ${limitMs} ms`)), limitMs)
  })
  try {
    return await Promise.race([work, limit])
  } finally {
    clearTimeout(timer)
  }
}
