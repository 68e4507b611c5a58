import { setTimeout as sleep } from 'node:timers/promises'
import type { IrisConnection } from '../connection/iris-connection.ts'
import { debugLog } from '../debug/debug-log.ts'
import { pollUntil } from '../timing/poll-until.ts'
import { containerGone, isGoneRefusal } from './container-gone.ts'
import { diagnose, isFatal } from './diagnosis.ts'
import { watchEnd } from './end-watch.ts'
import { gatherEvidence } from './evidence.ts'
import { WEB_PORT } from './iris-settings.ts'
import { logIn } from './log-in.ts'
import type { ReadinessRequest, StartPhase } from './readiness-request.ts'
import { probeSuperserver } from './superserver-handshake.ts'

const debug = debugLog('lease')

const POLL_MS = 25
/** A fatal line is often followed by lines that explain it and by the end, whose exit code is worth a moment, in ms. */
const FATAL_LINE_GRACE_MS = 600
const MAX_TIMER_MS = 2 ** 31 - 1

/**
 * Waits until IRIS is ready, and gives a connection that has logged in. Ready means, in this order: the started line in
 * the log of *this* boot; a superserver's handshake on the mapped port; one login that is accepted. A fatal line or the
 * end of the container ends the wait at once. Nothing is removed here, whatever happens.
 *
 * @throws IrisContainerError with a diagnosis, the exit code and the last lines of the log.
 * @throws EngineError when the engine goes away or hangs meanwhile.
 */
export async function waitUntilReady(request: ReadinessRequest): Promise<IrisConnection> {
  const controller = new AbortController()
  const abort = () => controller.abort(request.signal?.reason)
  request.signal?.addEventListener('abort', abort)
  if (request.signal?.aborted) abort()
  const watch: Watch = { lines: [], phase: 'boot', webAnnounced: false }
  try {
    return await Promise.race([
      becomeReady(request, watch, controller.signal),
      untilEnd(request, watch, controller.signal),
      untilDeadline(request, watch, controller.signal),
    ])
  } catch (error) {
    request.signal?.throwIfAborted()
    throw isGoneRefusal(error) ? containerGone(request, watch.lines) : error
  } finally {
    request.signal?.removeEventListener('abort', abort)
    controller.abort()
  }
}

/** What has been seen so far. */
interface Watch {
  readonly lines: string[]
  phase: StartPhase
  webAnnounced: boolean
}

async function becomeReady(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<IrisConnection> {
  const enterPhase = (phase: StartPhase) => {
    debug(() => `${request.name} awaits ${phase}`)
    watch.phase = phase
    request.onPhase?.(phase)
  }
  enterPhase('boot')
  await untilStarted(request, watch, signal)
  enterPhase('superserver')
  const { host, port } = request.connection
  const isAnswering = async () => {
    const handshake = await probeSuperserver(host, port, { signal })
    debug(() => `handshake with ${request.name} on ${host}:${port}: ${handshake}`)
    return handshake === 'superserver' || undefined
  }
  await pollUntil(isAnswering, { intervalMs: POLL_MS, signal })
  enterPhase('login')
  return await logIn(request, watch.webAnnounced, signal)
}

/** Reads the log until IRIS has started, and where there is one its hook has ended. */
async function untilStarted(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<void> {
  const { engine, id, since, afterHook } = request
  let hasStarted = false
  for await (const line of engine.followLogs(id, { since, signal })) {
    watch.lines.push(line)
    debug(() => `${request.name} | ${line}`)
    if (line.includes(`Private webserver started on ${WEB_PORT}`)) watch.webAnnounced = true
    if (isFatal(line)) {
      await sleep(FATAL_LINE_GRACE_MS, undefined, { signal })
      throw diagnose(await gatherEvidence(request, watch.lines))
    }
    if (/\.\.\.started InterSystems IRIS instance/.test(line)) hasStarted = true
    // A hook before the start says the same when it has ended.
    if (hasStarted && (!afterHook || /\.\.\.executed command/.test(line))) return
  }
  // The log ended: the watch for the container's end knows why, and says so.
  await sleep(MAX_TIMER_MS, undefined, { signal })
}

async function untilEnd(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<never> {
  let exitCode: number
  try {
    const { ended } = await watchEnd(request.engine, request.id, 'not-running', signal)
    exitCode = await ended
  } catch (error) {
    // Gone, or the engine is: the evidence says which. An engine that is back already has to be asked anew.
    await gatherEvidence(request, watch.lines)
    throw error
  }
  // Somebody may have started it again by now; this start has ended all the same.
  throw diagnose({ exitCode, ...(await gatherEvidence(request, watch.lines)) })
}

async function untilDeadline(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<never> {
  const { timeoutMs, began = performance.now() } = request
  await sleep(Math.max(0, began + timeoutMs - performance.now()), undefined, { signal })
  const evidence = await gatherEvidence(request, watch.lines)
  throw diagnose({ ...evidence, timeout: { ms: timeoutMs, phase: watch.phase } })
}
