import { setTimeout as sleep } from 'node:timers/promises'
import { type ContainerAccess, listProjectContainers, type ProjectContainer } from '@iris-devtester/core'
import { type KnownBindings, type PortRegistry, type SurveyedContainer, surveyEngine } from '@iris-devtester/core/ports'
import { problemOf } from './problem.ts'

type Engine = ContainerAccess['engine']

/** How long an engine may take to list its containers, in ms. */
const LIST_MS = 5_000
/** How soon an engine that is away is looked for again, in ms. */
const RETRY_MS = 500
/** An engine that hangs ends no stream: how often it is asked whether it is there, and how long it may take, in ms. */
const PULSE_MS = 4_000
const PULSE_LIMIT_MS = 3_000
/** Events come in bursts; how long to wait for the end of one, in ms. */
const BURST_MS = 40

/** What the engine says, or why it says nothing. */
export type EngineView =
  | {
      readonly engine: Engine
      readonly containers: readonly SurveyedContainer[]
      readonly projectContainers: readonly ProjectContainer[]
    }
  | { readonly problem: string }

/** What the watch needs. */
export interface EngineWatchParts {
  readonly registry: PortRegistry
  readonly findEngine: () => Promise<Engine>
  readonly seen: (view: EngineView) => void
  readonly signal: AbortSignal
}

/**
 * Lists the engine's containers whenever it says that one has changed, until `signal` aborts: one stream of events, however
 * many look. It never fails, and finds an engine again that was away.
 */
export async function watchEngine({ registry, findEngine, seen, signal }: EngineWatchParts): Promise<void> {
  while (!signal.aborted) {
    const attempt = new AbortController()
    const end = () => attempt.abort()
    signal.addEventListener('abort', end)
    try {
      const engine = await findEngine()
      const known: KnownBindings = new Map()
      const list = async () => {
        const [survey, projectContainers] = await Promise.all([
          surveyEngine(engine, LIST_MS, known),
          listProjectContainers({ engine, registry }),
        ])
        if (!signal.aborted) seen({ engine, containers: survey.containers, projectContainers })
      }
      const events = await engine.watchContainers(attempt.signal)
      await list()
      const { changed, wait } = flag()
      let failed: unknown
      const reading = (async () => {
        try {
          for await (const _ of events) changed()
          failed = new Error('The container engine went away.')
        } catch (error) {
          failed = error
        }
        changed()
      })()
      const pulse = setInterval(() => {
        engine.ping(AbortSignal.timeout(PULSE_LIMIT_MS)).catch((cause) => {
          failed ??= new Error(`The container engine at ${engine.address} does not answer.`, { cause })
          changed()
        })
      }, PULSE_MS)
      signal.addEventListener('abort', changed)
      try {
        while (!signal.aborted) {
          await wait()
          if (signal.aborted) break
          if (failed !== undefined) throw failed
          await sleep(BURST_MS)
          await list()
        }
      } finally {
        clearInterval(pulse)
        signal.removeEventListener('abort', changed)
        attempt.abort()
        await reading
      }
    } catch (error) {
      if (signal.aborted) return
      seen({ problem: problemOf(error) })
      // It ends early when the watch ends.
      await sleep(RETRY_MS, undefined, { signal }).catch(() => {})
    } finally {
      signal.removeEventListener('abort', end)
      attempt.abort()
    }
  }
}

/** Remembers that something has changed until somebody has waited for it. */
function flag() {
  let isSet = false
  let resolve: (() => void) | undefined
  return {
    changed() {
      isSet = true
      resolve?.()
    },
    async wait() {
      if (!isSet) {
        await new Promise<void>((done) => {
          resolve = done
        })
      }
      isSet = false
    },
  }
}
