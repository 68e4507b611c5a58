import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { environmentOf, fromEnvironment, type IrisConnectionInfo, namesIris } from './connection-info.ts'
import { IrisConnection } from './iris-connection.ts'

/**
 * Connects to the IRIS that `where` names, by default the one in the `IRIS_*` environment variables, which the adapters set
 * before the code under test is imported. Nothing is sent until the connection is used.
 *
 * @param where a connection's parts, or the name of one of the run's instances, such as `archive`, whose variables are
 *   `IRIS_ARCHIVE_HOST` and so on.
 * @throws IrisDevtesterError `IRIS_CONNECTION_INVALID` when the environment names none.
 */
export function connectIris(where: IrisConnectionInfo | string = fromEnvironment()): IrisConnection {
  if (typeof where !== 'string') return new IrisConnection(where, { isRecorded: true })
  const env = environmentOf(process.env, where)
  if (!namesIris(env)) throw unknownInstance(where)
  return new IrisConnection(fromEnvironment(env), { isRecorded: true })
}

function unknownInstance(instance: string): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'IRIS_CONNECTION_INVALID',
    message: `The environment names no instance ${JSON.stringify(instance)} of IRIS: neither IRIS_${instance.toUpperCase()}_URL nor IRIS_${instance.toUpperCase()}_HOST and IRIS_${instance.toUpperCase()}_PORT are set.`,
    hint: `Give it to the run: iris({ instances: { main: {}, ${instance}: {} } })`,
    details: { instance },
  })
}
