import { cliCommand } from '@iris-devtester/core'
import { McpRefusal } from '@iris-devtester/mcp'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { queryIris } from './query-iris.ts'

/** The most rows that are shown. */
const LIMIT = 500

/** A statement that only reads. */
export interface ReadInput {
  readonly query: string
  readonly namespace: string | undefined
  readonly signal: AbortSignal
}

/**
 * Runs a statement that only reads in the project's running container, and gives its rows as texts.
 *
 * @throws CliError `STATEMENT_WRITES` before anything is run
 */
export async function readIris(context: CommandContext, { query, namespace, signal }: ReadInput) {
  const input = {
    runner: 'dashboard sql',
    query,
    namespace,
    parameters: [],
    limit: LIMIT,
    cursor: undefined,
    write: false,
  }
  const call = { roots: [], signal, onProgress() {} }
  try {
    const { rows, isCut } = await queryIris(context, input, call)
    const columns = Object.keys(rows[0] ?? {})
    return { columns, isCut, rows: rows.map((row) => columns.map((column) => textOf(row[column]))) }
  } catch (error) {
    const refusal = error instanceof McpRefusal ? error.toJSON() : undefined
    if (refusal?.error === 'READ_ONLY') throw statementWrites(String(refusal.details.problem))
    throw error
  }
}

function textOf(value: unknown): string {
  if (value === null || value === undefined) return ''
  return typeof value === 'object' ? JSON.stringify(value) : String(value)
}

function statementWrites(problem: string): CliError {
  return new CliError({
    code: 'STATEMENT_WRITES',
    message: `The statement is not run, because here only a SELECT may be: ${problem}.`,
    hint: `Run it on the command line: ${cliCommand()} sql "…"`,
    details: { problem },
  })
}
