// #region example
import { acquireIris } from '@iris-devtester/core'

export async function countCities(): Promise<number> {
  await using iris = await acquireIris({ isolation: 'run' })
  const { connection } = iris
  await connection.sql('CREATE TABLE City (name VARCHAR(80) NOT NULL PRIMARY KEY)')
  await connection.sql('INSERT INTO City (name) VALUES (?)', ['Boston'])
  const [row] = await connection.sql('SELECT COUNT(*) AS cities FROM City')
  return Number(row?.cities)
}
// #endregion
