// #region example
import { acquireIris, type IrisConnection } from '@iris-devtester/core'

export async function tryTwice(schema: string, attempt: (db: IrisConnection) => Promise<void>): Promise<void> {
  await using iris = await acquireIris({ isolation: 'run', load: [schema] })
  const { connection } = iris
  await connection.markBaseline()
  await attempt(connection)
  await connection.reset({ except: ['Sample.Country'] })
  await attempt(connection)
}
// #endregion
