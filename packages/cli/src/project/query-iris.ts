import { createHash } from 'node:crypto'
import { connectIris, connectionTo, holdRunning, type SqlParameter, type SqlRow } from '@iris-devtester/core'
import { type Call, McpRefusal, requireReadOnly } from '@iris-devtester/mcp'
import type { CommandContext } from '../program/command-definition.ts'
import { requireRunning } from './container-access.ts'
import { plainRow } from './plain-row.ts'

/** The most that is given at once, in bytes of JSON. */
const MAX_BYTES = 60_000
/** The most that IRIS may send for it: the rows before a cursor's come too. */
const MAX_ANSWER_BYTES = 16_000_000

/** A statement, and how much of its result is wanted. */
export interface QueryInput {
  /** Who holds the container meanwhile, for people. Default: `mcp sql`. */
  readonly runner?: string
  readonly query: string
  readonly parameters: readonly SqlParameter[]
  readonly namespace: string | undefined
  readonly limit: number
  readonly cursor: string | undefined
  readonly write: boolean
}

/** One page of a statement's rows. */
export interface QueryPage {
  readonly rows: readonly SqlRow[]
  /** Whether there are more rows. */
  readonly isCut: boolean
  /** What gives the next page; absent for a statement that may have changed something, which is not run twice. */
  readonly nextCursor?: string
}

/**
 * Runs one statement in the project's running container, and gives as many of its rows as fit.
 *
 * @throws McpRefusal `READ_ONLY` or `CURSOR_INVALID`, before anything is run
 * @throws McpRefusal `OUTPUT_TOO_LARGE` for a row that alone is too long
 */
export async function queryIris(context: CommandContext, input: QueryInput, { signal }: Call): Promise<QueryPage> {
  const { runner = 'mcp sql', query, parameters, namespace, limit, cursor, write } = input
  if (!write) requireReadOnly(query)
  const offset = cursor === undefined ? 0 : offsetOf(cursor, input)
  const { access, container } = await requireRunning(context)
  const info = await connectionTo(access, container, { namespace })
  const found = await holdRunning(access, container, runner, async () => {
    await using connection = connectIris(info)
    const limits = { maxRows: offset + limit + 1, maxBytes: MAX_ANSWER_BYTES, signal }
    return (await connection.sql(query, parameters, limits)).slice(offset).map(plainRow)
  })
  const rows = firstThatFit(found.slice(0, limit))
  const isCut = found.length > rows.length
  if (!isCut || write) return { rows, isCut }
  return { rows, isCut, nextCursor: cursorFor(offset + rows.length, input) }
}

function firstThatFit(rows: readonly SqlRow[]): SqlRow[] {
  let bytes = 0
  const fitting = rows.findIndex((row) => {
    bytes += Buffer.byteLength(JSON.stringify(row)) + 1
    return bytes > MAX_BYTES
  })
  if (fitting < 0) return [...rows]
  if (fitting > 0) return rows.slice(0, fitting)
  throw new McpRefusal(
    'OUTPUT_TOO_LARGE',
    `The next row alone has ${bytes} bytes; at most ${MAX_BYTES} are sent. Select fewer columns, or the beginning of a long one: SUBSTRING(<column>, 1, 1000).`,
    { limit: MAX_BYTES },
  )
}

/** A cursor counts rows, and belongs to its statement. */
function cursorFor(offset: number, input: QueryInput): string {
  return `${offset}.${fingerprint(input)}`
}

function offsetOf(cursor: string, input: QueryInput): number {
  const [, offset] = /^(\d{1,9})\.\w+$/.exec(cursor) ?? []
  if (offset !== undefined && !input.write && cursor === cursorFor(Number(offset), input)) return Number(offset)
  throw new McpRefusal(
    'CURSOR_INVALID',
    'The cursor belongs to another statement, or to one that writes. Give it with the same query, parameters and namespace, or leave it out.',
    { cursor },
  )
}

function fingerprint({ query, parameters, namespace }: QueryInput): string {
  const text = JSON.stringify([query, parameters, namespace])
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
