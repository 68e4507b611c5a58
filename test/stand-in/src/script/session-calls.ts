import { runInSession } from '../sql/run-query.ts'
import { SqlError } from '../sql/sql-error.ts'
import type { ScriptContext } from './known-classes.ts'
import type { ScriptValue } from './script-error.ts'

/** What the product's class `IrisDevtester.Session` is asked. */
interface SessionCall {
  readonly query: string
  readonly parameters: readonly unknown[]
  readonly max?: number
}

/** Runs a statement in the session's own transaction and writes its rows and outcome as lines of JSON in base64. */
export function executeInSession({ instance, process, namespace, write }: ScriptContext, encoded: string): ScriptValue {
  const send = (value: unknown) => {
    const text = Buffer.from(JSON.stringify(value)).toString('base64')
    for (let from = 0; from < text.length; from += 8_000) {
      write(`\n@@${from + 8_000 >= text.length ? 'L' : 'P'} ${text.slice(from, from + 8_000)}`)
    }
  }
  const { query, parameters, max } = JSON.parse(Buffer.from(encoded, 'base64').toString('utf8')) as SessionCall
  try {
    const { columns, rows, rowCount, identity } = runInSession(instance, process.database(namespace), {
      namespace,
      sql: query,
      parameters,
      max: max ?? Number.POSITIVE_INFINITY,
    })
    for (const row of rows) send(row)
    send({ columns, rowCount, identity })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    send({ sqlcode: error.sqlcode, message: error.message })
  }
  return ''
}
