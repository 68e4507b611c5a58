import { cliCommand } from '../errors/cli-command.ts'
import { IrisConnectionError, type IrisConnectionErrorCode } from './connection-error.ts'
import type { IrisConnectionInfo } from './connection-info.ts'

/** A request that IRIS, or whatever answers at its port, didn't do. */
export interface Refusal {
  /** `POST /api/atelier/v1/USER/action/query`. */
  readonly request: string
  /** The HTTP status. */
  readonly status: number
  /** The server's own words. */
  readonly reason: string
}

/**
 * What a refusal means, and what to do about it.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=GVSCO_rest
 */
export function refused(info: IrisConnectionInfo, refusal: Refusal): IrisConnectionError {
  const { host, webPort, username, namespace } = info
  const { code, message, hint } = explain(`IRIS at http://${host}:${webPort}`, info, refusal)
  return new IrisConnectionError({
    code,
    message,
    hint,
    details: { ...refusal, host, webPort, username, namespace },
  })
}

/** What to throw where there is no web server to speak to. */
export function withoutWebServer({ host, port }: IrisConnectionInfo): IrisConnectionError {
  return new IrisConnectionError({
    code: 'IRIS_NO_WEB_API',
    message: `No web port is known for the IRIS at ${host}:${port}. SQL and class loading need one.`,
    hint: NO_WEB_HINT,
    details: { host, port, webPort: 0 },
  })
}

/** What to throw when no answer came. */
export function unreachable({ host, webPort }: IrisConnectionInfo, cause: Error): IrisConnectionError {
  return new IrisConnectionError({
    code: 'IRIS_UNREACHABLE',
    message: `IRIS does not answer at http://${host}:${webPort}: ${cause.message}.`,
    hint: `Check that it runs: ${cliCommand()} status`,
    details: { host, webPort, problem: cause.message },
    cause,
  })
}

/** What to throw when the answer is longer than the caller allowed. */
export function tooLong({ host, webPort }: IrisConnectionInfo, maxBytes: number): IrisConnectionError {
  return new IrisConnectionError({
    code: 'ANSWER_TOO_LONG',
    message: `IRIS at http://${host}:${webPort} gave an answer that is longer than the limit of ${maxBytes} bytes.`,
    hint: 'Select fewer rows, fewer columns, or the beginning of a long one: SUBSTRING(<column>, 1, 1000)',
    details: { host, webPort, maxBytes },
  })
}

const NO_WEB_HINT =
  'If it has one, name its port: export IRIS_WEB_PORT=52773\nEnterprise images have none since 2023.2: use a driver on the superserver port, or a Community image.'

interface Explanation {
  readonly code: IrisConnectionErrorCode
  readonly message: string
  readonly hint?: string
}

function explain(
  iris: string,
  { username, namespace }: IrisConnectionInfo,
  { status, reason, request }: Refusal,
): Explanation {
  const user = JSON.stringify(username)
  if (status === 401) {
    return {
      code: 'IRIS_PASSWORD_REFUSED',
      message: `${iris} refused the password of user ${user}, or the password has expired.`,
      hint: 'Check IRIS_USERNAME and IRIS_PASSWORD or the options username and password.',
    }
  }
  if (status === 403) {
    return {
      code: 'IRIS_PASSWORD_CHANGE_REQUIRED',
      message: `${iris} requires user ${user} to change the password, or denies access to the web application.`,
      hint: `Remove the requirement in the container:\necho 'Do ##class(Security.Users).UnExpireUserPasswords("*") Halt' | docker exec -i <container> iris session IRIS -U %SYS`,
    }
  }
  if (status === 503) {
    return {
      code: 'IRIS_LICENSE_UNITS_EXHAUSTED',
      message: `${iris} is out of licence units (a Community Edition has 8 connections), or throttles logins.`,
      hint: `Use fewer workers, close connections, or free all units: ${cliCommand()} restart`,
    }
  }
  if (status === 404 && reason.includes('amespace')) {
    return {
      code: 'IRIS_NAMESPACE_NOT_FOUND',
      message: `${iris} has no namespace ${JSON.stringify(namespace)}.`,
      hint: `Create it: ${cliCommand()} sql "CREATE DATABASE ${namespace}"`,
    }
  }
  if (status === 404 || status < 400) {
    const what = status === 404 ? 'has no web application /api/atelier, or not what was asked of it' : 'is no IRIS'
    return { code: 'IRIS_NO_WEB_API', message: `${iris} ${what} (${request}, status ${status}).`, hint: NO_WEB_HINT }
  }
  return { code: 'IRIS_REQUEST_FAILED', message: `${iris} answered ${request} with status ${status}: ${reason}` }
}
