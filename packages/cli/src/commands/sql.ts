import { connectIris, holdRunning } from '@iris-devtester/core'
import { table } from '../output/table.ts'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { plainRow } from '../project/plain-row.ts'
import { type GivenCredentials, serverConnection } from '../project/server-connection.ts'

interface SqlInput extends GivenCredentials {
  readonly query: string
  readonly param: readonly string[]
}

/** Runs one statement. */
export async function sql(context: CommandContext, { query, param, ...given }: SqlInput): Promise<Report> {
  const { info, found } = await serverConnection(context, given)
  const ask = async () => {
    await using connection = connectIris(info)
    return await connection.sql(query, param)
  }
  const rows = found ? await holdRunning(found.access, found.container, 'cli sql', ask) : await ask()
  const [first] = rows
  const columns = Object.keys(first ?? {})
  return {
    json: { rows: rows.map(plainRow) },
    text: first
      ? table(
          columns,
          rows.map((row) => columns.map((column) => String(row[column] ?? ''))),
        )
      : '',
    ...(first ? {} : { note: 'Done, no rows.' }),
  }
}
