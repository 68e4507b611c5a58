import { setTimeout as sleep } from 'node:timers/promises'
import {
  diagnose,
  type EndWatch,
  EngineError,
  gatherEvidence,
  type IrisConnection,
  type ReadinessRequest,
  removeAttempt,
  startRefused,
  waitUntilReady,
  watchEnd,
} from '@iris-devtester/core/container'
import type { StartedTestContainer } from 'testcontainers'
import { engineMismatch, removeElsewhere } from './testcontainers-engine.ts'

export interface SupervisedStart {
  readonly readiness: Omit<ReadinessRequest, 'id'>
  /** The label by which everything this start creates is found again. */
  readonly attempt: string
  /**
   * Lets the library create and start the container.
   *
   * @param onCreated to be awaited between the two.
   */
  readonly start: (onCreated: (id: string) => Promise<void>) => Promise<StartedTestContainer>
}

/**
 * Starts a container through the library and waits until IRIS is ready in it, under one deadline. The library knows no
 * end of the container, no engine that hangs, and removes nothing that it couldn't start; all of that is done here.
 *
 * @throws IrisContainerError, EngineError; nothing is left behind then.
 */
export async function startSupervised(
  supervised: SupervisedStart,
): Promise<{ container: StartedTestContainer; connection: IrisConnection }> {
  const { readiness, attempt, start } = supervised
  const { engine } = readiness
  const controller = new AbortController()
  const began = performance.now()
  const lost = Promise.withResolvers<never>()
  const started = start(async (id) => {
    const watch = await watchCreated(supervised, id, controller.signal)
    void watch.ended
      .then(async (exitCode) => diagnose({ exitCode, ...(await gatherEvidence({ ...readiness, id }, [])) }))
      .then(lost.reject, lost.reject)
  })
  try {
    const container = await Promise.race([started, lost.promise, deadline(readiness, controller.signal)])
    const connection = await waitUntilReady({ ...readiness, id: container.getId(), began })
    return { container, connection }
  } catch (error) {
    await removeAttempt(engine, attempt)
    // The library can't be stopped: what it still gets done is undone when it is through.
    started.then(
      () => removeAttempt(engine, attempt),
      () => {},
    )
    throw startRefused(fromLibrary(error), readiness)
  } finally {
    controller.abort()
  }
}

async function watchCreated({ readiness }: SupervisedStart, id: string, signal: AbortSignal): Promise<EndWatch> {
  try {
    return await watchEnd(readiness.engine, id, 'next-exit', signal)
  } catch (error) {
    if (!(error instanceof EngineError) || error.status !== 404) throw error
    await removeElsewhere(id)
    throw engineMismatch(readiness.engine)
  }
}

async function deadline(
  { engine, name, image, timeoutMs }: SupervisedStart['readiness'],
  signal: AbortSignal,
): Promise<never> {
  await sleep(timeoutMs, undefined, { signal })
  // Starting takes an engine well under a second: one that isn't through by now most likely hangs.
  await engine.text('/_ping', { timeoutMs: 2_000 })
  throw diagnose({ container: name, image, lines: [], timeout: { ms: timeoutMs, phase: 'the container engine' } })
}

/** An engine's refusal as the library passes it on, in our words. */
function fromLibrary(error: unknown): unknown {
  const { statusCode, json, reason, code } = error as {
    statusCode?: number
    json?: { message?: string }
    reason?: string
    code?: string
  }
  if (error instanceof EngineError || !(error instanceof Error)) return error
  if (statusCode !== undefined) {
    const words = json?.message ?? reason ?? error.message
    return new EngineError({
      code: 'ENGINE_REQUEST_FAILED',
      message: `The container engine refused: ${words}`,
      details: { status: statusCode, reason: words, problem: words },
      cause: error,
    })
  }
  if (code === undefined || !/^(ECONN|EPIPE|ENOENT|EACCES|ETIMEDOUT)/.test(code)) return error
  return new EngineError({
    code: 'ENGINE_UNREACHABLE',
    message: `The connection to the container engine was lost while it started a container: ${code}.`,
    hint: 'Check that it runs: docker version',
    details: { problem: code },
    cause: error,
  })
}
