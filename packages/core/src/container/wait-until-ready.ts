import { setTimeout as sleep } from 'node:timers/promises'
import { IrisConnectionError } from '../connection/connection-error.ts'
import { connectionInfo, type IrisConnectionInfo } from '../connection/connection-info.ts'
import { IrisConnection } from '../connection/iris-connection.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { IrisContainerError } from './container-error.ts'
import { diagnose, type Evidence, isFatal } from './diagnosis.ts'
import { untilContainerEnds } from './early-exit.ts'
import { runObjectScript } from './object-script.ts'
import { shakeHands } from './superserver-handshake.ts'

const POLL_MS = 25
/** How long the web server of an image that never announced one is asked, in ms. */
const UNANNOUNCED_WEB_MS = 2_000

/** The step a start is at, for people who watch. */
export type StartPhase = 'boot' | 'superserver' | 'login'

export interface ReadinessRequest {
  readonly engine: EngineClient
  /** The container's id; it has been started. */
  readonly id: string
  readonly name: string
  readonly image: string
  readonly connection: Omit<IrisConnectionInfo, 'url'>
  /** Output before this moment (Unix seconds) belongs to an earlier boot. */
  readonly since: number
  /** How long the whole wait may take, in ms. */
  readonly timeoutMs: number
  /** Whether the image runs a command after the start (`--after`), which has to end first. */
  readonly afterHook: boolean
  readonly signal?: AbortSignal | undefined
  readonly onPhase?: ((phase: StartPhase) => void) | undefined
}

/**
 * Waits until IRIS is ready, and gives a connection that has logged in. Ready means, in this order: the started line in
 * the log of *this* boot; a superserver's handshake on the mapped port; one login that is accepted. A fatal line or the
 * end of the container ends the wait at once. Nothing is removed here, whatever happens.
 *
 * @throws IrisContainerError with a diagnosis, the exit code and the last lines of the log.
 */
export async function waitUntilReady(request: ReadinessRequest): Promise<IrisConnection> {
  const over = new AbortController()
  const abort = () => over.abort(request.signal?.reason)
  request.signal?.addEventListener('abort', abort)
  if (request.signal?.aborted) abort()
  const watch = { lines: [] as string[], phase: 'boot' as StartPhase, webAnnounced: false }
  try {
    return await Promise.race([
      becomeReady(request, watch, over.signal),
      untilExit(request, watch.lines, over.signal),
      untilDeadline(request, watch, over.signal),
    ])
  } finally {
    request.signal?.removeEventListener('abort', abort)
    over.abort()
  }
}

interface Watch {
  readonly lines: string[]
  phase: StartPhase
  webAnnounced: boolean
}

async function becomeReady(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<IrisConnection> {
  const enter = (phase: StartPhase) => {
    watch.phase = phase
    request.onPhase?.(phase)
  }
  enter('boot')
  await untilStarted(request, watch, signal)
  enter('superserver')
  const { host, port } = request.connection
  while ((await shakeHands(host, port)) !== 'superserver') await sleep(POLL_MS, undefined, { signal })
  enter('login')
  return await logIn(request, watch, signal)
}

/** Reads the log until the started line. The reading goes on in the background, for the tail of a later failure. */
async function untilStarted(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<void> {
  const { engine, id, since, afterHook } = request
  const started = afterHook ? /\.\.\.executed command/ : /\.\.\.started InterSystems IRIS instance/
  for await (const line of engine.followLogs(id, { since, signal })) {
    watch.lines.push(line)
    if (/Private webserver started/.test(line)) watch.webAnnounced = true
    // A fatal line is often followed by the lines that explain it and by the end: those are worth a moment.
    if (isFatal(line)) {
      await sleep(150, undefined, { signal })
      throw diagnose(await gatherEvidence(request, watch.lines))
    }
    if (started.test(line)) return
  }
  // The log ended: the exit watch knows why, and says so.
  await sleep(2 ** 31 - 1, undefined, { signal })
}

async function untilExit(request: ReadinessRequest, lines: readonly string[], signal: AbortSignal): Promise<never> {
  await untilContainerEnds(request.engine, request.id, 'not-running', signal)
  throw diagnose(await gatherEvidence(request, lines))
}

async function untilDeadline(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<never> {
  await sleep(request.timeoutMs, undefined, { signal })
  const evidence = await gatherEvidence(request, watch.lines)
  throw diagnose({ ...evidence, timeout: { ms: request.timeoutMs, phase: watch.phase } })
}

/** The container's state and output; what a hung or absent engine won't tell is left out. */
export async function gatherEvidence(
  request: Pick<ReadinessRequest, 'engine' | 'id' | 'name' | 'image' | 'since'>,
  seen: readonly string[],
): Promise<Evidence> {
  const { engine, id, name, image, since } = request
  const [state, output] = await Promise.all([
    engine.inspectContainer(id, { timeoutMs: 2_000 }).then(
      (found) => found?.State,
      () => undefined,
    ),
    engine.logs(id, { since, tail: 200 }).catch(() => undefined),
  ])
  const lines = output === undefined ? seen : output.split(/\r?\n/).filter((line) => line !== '')
  const ended = state !== undefined && !state.Running
  return { container: name, image, lines, ...(ended ? { exitCode: state.ExitCode, oomKilled: state.OOMKilled } : {}) }
}

/** One login that counts: wrong credentials are never tried twice, as IRIS throttles and locks out. */
async function logIn(request: ReadinessRequest, watch: Watch, signal: AbortSignal): Promise<IrisConnection> {
  const connection = new IrisConnection(connectionInfo(request.connection), { timeoutMs: 30_000 })
  const givingUp = performance.now() + UNANNOUNCED_WEB_MS
  for (;;) {
    try {
      const { namespaces } = await connection.serverInfo()
      checkNamespace(request, namespaces)
      return connection
    } catch (error) {
      if (!(error instanceof IrisConnectionError)) throw error
      if (error.code === 'IRIS_UNREACHABLE') {
        if (!watch.webAnnounced && performance.now() > givingUp) return await logInWithoutWeb(request)
        await sleep(POLL_MS, undefined, { signal })
        continue
      }
      throw loginRefused(request, error)
    }
  }
}

/** An image without a web server (enterprise) is asked by a session inside, which needs no password. */
async function logInWithoutWeb({ engine, id, connection }: ReadinessRequest): Promise<IrisConnection> {
  await runObjectScript(engine, id, { namespace: connection.namespace, lines: [] })
  return new IrisConnection(connectionInfo({ ...connection, webPort: 0 }))
}

function checkNamespace(request: ReadinessRequest, namespaces: readonly string[]): void {
  const { namespace } = request.connection
  if (namespaces.length === 0 || namespaces.some((one) => one.toUpperCase() === namespace.toUpperCase())) return
  throw mergeIgnored(request, `the namespace ${namespace} is not there`, { namespaces })
}

function loginRefused(request: ReadinessRequest, error: IrisConnectionError): IrisContainerError {
  if (error.code === 'IRIS_PASSWORD_CHANGE_REQUIRED' || error.code === 'IRIS_PASSWORD_REFUSED') {
    return mergeIgnored(request, error.message, { status: error.details.status }, error)
  }
  const code = error.code === 'IRIS_LICENSE_UNITS_EXHAUSTED' ? error.code : 'IRIS_STARTUP_ABORTED'
  const hint = error.hint
  return new IrisContainerError({
    code,
    message: `IRIS started in container ${request.name}, but can't be used: ${error.message}`,
    hint,
    details: { container: request.name, image: request.image, cause: error.code },
    cause: error,
  })
}

/** IRIS says "completed successfully" even when a merge did nothing, so the effect is what is checked. */
function mergeIgnored(
  { name, image, connection }: ReadinessRequest,
  problem: string,
  more: Record<string, unknown>,
  cause?: unknown,
): IrisContainerError {
  const refused = (cause as IrisConnectionError | undefined)?.code === 'IRIS_PASSWORD_REFUSED'
  return new IrisContainerError({
    code: refused ? 'IRIS_PASSWORD_REFUSED' : 'IRIS_MERGE_IGNORED',
    message: `IRIS started in container ${name} (image ${image}), but the configuration merge file did not take effect: ${problem}`,
    hint: `See what IRIS made of it: docker exec ${name} cat /usr/irissys/mgr/messages.log\nA rebuilt image whose entry point ignores ISC_CPF_MERGE_FILE can't be used; take an official one.`,
    details: { container: name, image, username: connection.username, namespace: connection.namespace, ...more },
    cause,
  })
}
