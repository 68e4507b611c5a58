import type { IrisConnection } from '../connection/iris-connection.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import type { ReadinessRequest } from './readiness-request.ts'
import { waitUntilReady } from './wait-until-ready.ts'

/**
 * Restarts a container and waits until IRIS is ready in it again; `session` goes on to be its connection.
 *
 * @param graceMs how long IRIS may take to stop by itself before it is killed, in ms.
 * @throws IrisContainerError, EngineError; the container is left as it is.
 */
export async function restartContainer(
  readiness: Omit<ReadinessRequest, 'since'>,
  session: IrisConnection,
  graceMs: number,
): Promise<void> {
  const { engine, id } = readiness
  await session.close()
  await engine.restartContainer(id, Math.ceil(graceMs / 1_000))
  const since = endOfLastBoot(await engine.inspectContainer(id))
  await waitUntilReady({ ...readiness, session, since, began: performance.now() })
}

/**
 * When the boot before the present one ended, in Unix seconds: 0 when there was none. Output after it is of this boot. Of a
 * container that has ended again only this boot's end is known: there it is a second before its start. A program that can't
 * be executed has its line in the log, and its end, before the engine notes the start.
 */
export function endOfLastBoot(inspection: ContainerInspection | undefined): number {
  const finished = seconds(inspection?.State.FinishedAt)
  const started = seconds(inspection?.State.StartedAt)
  const hasEnded = inspection?.State.Running === false && finished > 0
  return Math.max(0, hasEnded ? Math.min(started, finished) - 1 : finished)
}

function seconds(time: string | undefined): number {
  const milliseconds = Date.parse(time ?? '')
  return Number.isNaN(milliseconds) ? 0 : milliseconds / 1_000
}
