import { debugLog } from '../../debug/debug-log.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import type { RegistryWarning } from '../store/registry-warning.ts'
import { publishesElsewhere } from './publishes-elsewhere.ts'
import { type EngineSurvey, type KnownBindings, surveyEngine } from './survey-engine.ts'

const debug = debugLog('ports')

/** A survey, or why there is none. */
export type SurveyOutcome =
  | { readonly reached: true; readonly survey: EngineSurvey }
  | { readonly reached: false; readonly problem: string }

/** How long the engine may take to answer in all, in ms. */
export const SURVEY_TIMEOUT_MS = 2_000
/** How long an engine that timed out isn't asked again, in ms, so that a hung one costs its time-out once. */
const RETRY_AFTER_MS = 30_000

/** Asks the container engine what it holds, within a time limit, and never fails. */
export class EngineWatch {
  readonly #env: Readonly<Record<string, string | undefined>>
  readonly #timeoutMs: number
  #client: EngineClient | undefined
  #known: KnownBindings = new Map()
  #hung: { readonly until: number; readonly problem: string } | undefined

  constructor(env: Readonly<Record<string, string | undefined>>, timeoutMs = SURVEY_TIMEOUT_MS) {
    this.#env = env
    this.#timeoutMs = timeoutMs
  }

  async survey(): Promise<SurveyOutcome> {
    if (this.#hung && performance.now() < this.#hung.until) return { reached: false, problem: this.#hung.problem }
    const { promise: expired, resolve: expire } = Promise.withResolvers<SurveyOutcome>()
    const timer = setTimeout(() => {
      const problem = `no answer within ${this.#timeoutMs} ms`
      this.#hung = { until: performance.now() + RETRY_AFTER_MS, problem }
      this.#client = undefined
      expire({ reached: false, problem })
    }, this.#timeoutMs)
    try {
      return await Promise.race([this.#ask(), expired])
    } finally {
      clearTimeout(timer)
    }
  }

  async #ask(): Promise<SurveyOutcome> {
    try {
      const { findEngine, likelyEngine } = await import('../../engine/find-engine.ts')
      // An engine that lists its containers needs no further proof that it is one.
      const likely = this.#client ?? likelyEngine(this.#env)
      if (likely) {
        try {
          return await this.#list(likely)
        } catch (error) {
          debug.swallowed('survey the engine', error)
          // It may have come back at another address.
          this.#client = undefined
        }
      }
      const client = await findEngine({ env: this.#env, timeoutMs: this.#timeoutMs })
      this.#known = new Map()
      return await this.#list(client)
    } catch (error) {
      return { reached: false, problem: problemOf(error) }
    }
  }

  async #list(client: EngineClient): Promise<SurveyOutcome> {
    const survey = await surveyEngine(client, this.#timeoutMs, this.#known)
    this.#client = client
    const isElsewhere = publishesElsewhere(client.endpoint, survey.containers, this.#env)
    return { reached: true, survey: isElsewhere ? { ...survey, isElsewhere } : survey }
  }
}

/** The warning that goes with an answer that could not take the engine's containers into account. */
export function notChecked(problem: string): RegistryWarning {
  return {
    code: 'DOCKER_NOT_CHECKED',
    message: `Ports of containers could not be checked: ${problem}. Ports were tried on this machine alone. See: docker version, ${cliCommand()} ports doctor`,
    details: { problem },
  }
}

function problemOf(error: unknown): string {
  if (!(error instanceof IrisDevtesterError)) return summaryOf(error)
  const { tried } = error.details
  const attempts = Array.isArray(tried) ? (tried as { address: string; problem: string }[]) : []
  if (attempts.length > 0)
    return `no engine answers (${attempts.map((one) => `${one.address}: ${one.problem}`).join(', ')})`
  return (error.message.split('\n')[0] ?? '').replace(/\.$/, '')
}
