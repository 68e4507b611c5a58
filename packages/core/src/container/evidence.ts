import { debugLog } from '../debug/debug-log.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'
import { containerGone } from './container-gone.ts'
import type { Evidence } from './diagnosis.ts'

const debug = debugLog('engine')

/** How long a hung engine may hold up an error that is due anyway, in ms. */
const TIMEOUT_MS = 2_000
const MAX_LINES = 200

/** The container that is asked about. */
export interface EvidenceSubject {
  readonly engine: EngineClient
  readonly id: string
  readonly name: string
  readonly image: string
  /** Output before this moment (Unix seconds) belongs to an earlier boot. */
  readonly since: number
}

/**
 * Asks the engine what became of a container.
 *
 * @param seen output that is known already, for when the engine won't give it again.
 * @throws IrisContainerError `CONTAINER_GONE` when somebody removed it.
 * @throws EngineError when the engine doesn't answer.
 */
export async function gatherEvidence(subject: EvidenceSubject, seen: readonly string[]): Promise<Evidence> {
  const { engine, id, name, image, since } = subject
  const [inspection, output] = await Promise.all([
    inspect(subject, seen),
    engine.logs(id, { since, tail: MAX_LINES, timeoutMs: TIMEOUT_MS }).catch((error) => {
      debug.swallowed('read the log', error)
      return undefined
    }),
  ])
  // A container that is being removed by force was killed first, which is not what became of it.
  if (inspection === undefined || ['removing', 'dead'].includes(inspection.State.Status))
    throw containerGone(subject, seen)
  const lines = output === undefined ? seen : output.split(/\r?\n/).filter((line) => line !== '')
  const { Running, ExitCode, OOMKilled } = inspection.State
  return { container: name, image, lines, ...(Running ? {} : { exitCode: ExitCode, oomKilled: OOMKilled }) }
}

async function inspect(subject: EvidenceSubject, seen: readonly string[]): Promise<ContainerInspection | undefined> {
  const { engine, id, name } = subject
  try {
    return await engine.inspectContainer(id, { timeoutMs: TIMEOUT_MS })
  } catch (error) {
    if (!(error instanceof EngineError)) throw error
    throw new EngineError({
      code: error.code,
      message: `While IRIS started in container ${name}: ${error.message.split('\n')[0]}`,
      hint: `Check that the engine runs: docker version\nWhen it answers again, see what became of the container: docker logs ${name}`,
      details: { ...error.details, container: name, logTail: seen },
      cause: error,
    })
  }
}
