import { fromEnvironment, namesIris } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { probeSuperserver } from '../../container/superserver-handshake.ts'
import { IrisDevtesterError } from '../../errors/iris-devtester-error.ts'
import { isOwnUrl } from './published-environment.ts'

type Environment = Readonly<Record<string, string | undefined>>

/** Whether the user names an IRIS of their own in the environment. What we have published there ourselves doesn't count. */
export function namesExternalIris(env: Environment): boolean {
  return namesIris(env) && !isOwnUrl(env.IRIS_URL)
}

/**
 * Connects to the IRIS the environment names, after one check: a handshake, then one login where it has a web server.
 *
 * @throws IrisDevtesterError saying what is wrong with it and that it came from the environment.
 */
export async function connectExternal(env: Environment): Promise<IrisConnection> {
  const info = fromEnvironment(env)
  const outcome = await probeSuperserver(info.host, info.port, { timeoutMs: 5_000 })
  if (outcome !== 'superserver') throw unreachable(info.host, info.port, outcome)
  const connection = new IrisConnection(info)
  if (info.webPort === 0) return connection
  try {
    await connection.serverInfo()
    return connection
  } catch (error) {
    const { code } = error as IrisDevtesterError
    // No web server is no fault: drivers use the superserver alone.
    if (code === 'IRIS_UNREACHABLE' && !env.IRIS_WEB_PORT) return new IrisConnection({ ...info, webPort: 0 })
    throw error
  }
}

const PROBLEMS = {
  closed: 'nothing listens there, or it closes at once',
  silent: 'it does not answer a handshake within 5 s',
  foreign: 'what answers there is no IRIS superserver',
} as const

function unreachable(host: string, port: number, outcome: keyof typeof PROBLEMS): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'EXTERNAL_IRIS_UNREACHABLE',
    message: `The environment (IRIS_URL, or IRIS_HOST and IRIS_PORT) names an IRIS at ${host}:${port}, but ${PROBLEMS[outcome]}.`,
    hint: 'Start that server or correct the address.\nTo use a container instead: unset IRIS_URL IRIS_HOST IRIS_PORT',
    details: { host, port, outcome },
  })
}
