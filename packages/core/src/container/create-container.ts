import type { EngineClient } from '../engine/engine-client.ts'
import { copyIn } from './container-files.ts'
import { LABELS } from './container-identity.ts'
import type { CreateRequest } from './create-request.ts'
import { removeAttempt } from './leftovers.ts'
import { startRefused } from './start-refusal.ts'

/** An engine that is busy pulling or removing may take its time, in ms. */
const CREATE_TIMEOUT_MS = 60_000

/**
 * Creates and starts a container: the whole of it or nothing. Whatever fails, what had been created is removed again.
 *
 * @param options.timeoutMs how long the engine may take for the creation, and again for the start, in ms. Default 60,000.
 * @returns the container's id.
 * @throws IrisContainerError `CONTAINER_NAME_TAKEN`, `CONTAINER_REFUSED`, `IMAGE_WRONG_ARCHITECTURE`.
 * @throws EngineError with the engine's own words, a refused port among them.
 */
export async function createContainer(
  engine: EngineClient,
  request: CreateRequest,
  { timeoutMs = CREATE_TIMEOUT_MS }: { readonly timeoutMs?: number } = {},
): Promise<string> {
  const { name, body, files } = request
  try {
    const { Id } = await engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      query: { name },
      body,
      timeoutMs,
    })
    await copyIn(engine, Id, files)
    await engine.startContainer(Id, { timeoutMs })
    return Id
  } catch (error) {
    await removeAttempt(engine, body.Labels[LABELS.attempt] ?? '')
    throw startRefused(error, { name, image: body.Image })
  }
}
