import { setTimeout as sleep } from 'node:timers/promises'
import { IrisConnectionError } from '../connection/connection-error.ts'
import { connectionInfo } from '../connection/connection-info.ts'
import { IrisConnection } from '../connection/iris-connection.ts'
import { debugLog } from '../debug/debug-log.ts'
import { IrisContainerError } from './container-error.ts'
import { runObjectScript } from './object-script.ts'
import type { ReadinessRequest } from './readiness-request.ts'

const debug = debugLog('lease')

const POLL_MS = 25
const LOGIN_TIMEOUT_MS = 30_000
/** How long the web server of an image that never announced one is asked, in ms. */
const UNANNOUNCED_WEB_MS = 2_000
/** How long a web server that has just come up may answer that it can't, in ms. */
const SETTLING_MS = 500

/**
 * One login that counts: wrong credentials are never tried twice, as IRIS throttles and locks out. An image without a
 * web server is asked by a session inside instead.
 *
 * @param webAnnounced whether the log spoke of a web server.
 * @throws IrisContainerError `IRIS_PASSWORD_REFUSED`, `IRIS_MERGE_IGNORED`, `IRIS_LICENSE_UNITS_EXHAUSTED`, …
 */
export async function logIn(
  request: ReadinessRequest,
  webAnnounced: boolean,
  signal: AbortSignal,
): Promise<IrisConnection> {
  const connection = request.session ?? new IrisConnection(connectionInfo(request.connection))
  if (connection.webPort === 0) return logInWithoutWeb(request)
  const began = performance.now()
  for (;;) {
    try {
      const { namespaces } = await connection.serverInfo({ timeoutMs: LOGIN_TIMEOUT_MS, signal })
      checkNamespace(request, namespaces)
      return connection
    } catch (error) {
      if (!(error instanceof IrisConnectionError)) throw error
      const waited = performance.now() - began
      debug(() => `log-in to ${request.name}: ${error.code}`)
      if (error.code === 'IRIS_UNREACHABLE' && !webAnnounced && waited > UNANNOUNCED_WEB_MS) {
        return await logInWithoutWeb(request)
      }
      if (error.code !== 'IRIS_UNREACHABLE' && (isFinal(error) || waited > SETTLING_MS)) throw refused(request, error)
      await sleep(POLL_MS, undefined, { signal })
    }
  }
}

/** An image without a web server (enterprise) is asked by a session inside, which needs no password. */
async function logInWithoutWeb({ engine, id, connection, session }: ReadinessRequest): Promise<IrisConnection> {
  await runObjectScript(engine, id, { namespace: connection.namespace, lines: [] })
  return session ?? new IrisConnection(connectionInfo({ ...connection, webPort: 0 }))
}

function isFinal({ code }: IrisConnectionError): boolean {
  return code === 'IRIS_PASSWORD_REFUSED' || code === 'IRIS_PASSWORD_CHANGE_REQUIRED'
}

function checkNamespace(request: ReadinessRequest, namespaces: readonly string[]): void {
  const { namespace } = request.connection
  if (namespaces.length === 0 || namespaces.some((one) => one.toUpperCase() === namespace.toUpperCase())) return
  throw mergeIgnored(request, `the namespace ${namespace} is not there`, { namespaces })
}

function refused(request: ReadinessRequest, error: IrisConnectionError): IrisContainerError {
  if (isFinal(error)) return mergeIgnored(request, firstLine(error), { status: error.details.status }, error)
  return new IrisContainerError({
    code: error.code === 'IRIS_LICENSE_UNITS_EXHAUSTED' ? error.code : 'IRIS_UNUSABLE',
    message: `IRIS started in container ${request.name} (image ${request.image}), but can't be used: ${firstLine(error)}`,
    hint: error.hint ?? `See its log: docker logs ${request.name}`,
    details: { ...error.details, container: request.name, image: request.image, cause: error.code },
    cause: error,
  })
}

/** IRIS says "completed successfully" even when a merge did nothing, so the effect is what is checked. */
function mergeIgnored(
  { name, image, connection }: ReadinessRequest,
  problem: string,
  more: Record<string, unknown>,
  cause?: IrisConnectionError,
): IrisContainerError {
  return new IrisContainerError({
    code: cause?.code === 'IRIS_PASSWORD_REFUSED' ? 'IRIS_PASSWORD_REFUSED' : 'IRIS_MERGE_IGNORED',
    message: `IRIS started in container ${name} (image ${image}), but the configuration merge file did not take effect: ${problem}`,
    hint: `See what IRIS made of it: docker exec ${name} cat /usr/irissys/mgr/messages.log\nA rebuilt image whose entry point ignores ISC_CPF_MERGE_FILE can't be used; take an official one.`,
    details: { container: name, image, username: connection.username, namespace: connection.namespace, ...more },
    cause,
  })
}

function firstLine(error: Error): string {
  return error.message.split('\n')[0] ?? ''
}
