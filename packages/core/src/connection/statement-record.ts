import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** One statement that a test has run. */
export interface StatementRecord {
  /** When it began, in ms since 1970. */
  readonly at: number
  readonly namespace: string
  /** The statement on one line, without its parameters' values; cut where it is long. */
  readonly text: string
  /** How long it took, in ms. */
  readonly milliseconds: number
  /** Why it failed, in a line. */
  readonly error?: string
}

/** How many are remembered. */
const MOST = 20
const TEXT_LENGTH = 300
const ERROR_LENGTH = 200

/** All copies of this package in one process, and all of a test's own connections, keep one list. */
const KEY = Symbol.for('iris-devtester.statements')

interface Holder {
  [KEY]?: StatementRecord[]
}

/** Runs a statement, and remembers it among the last of this process. */
export async function recorded<T>(query: string, namespace: string, work: () => Promise<T>): Promise<T> {
  const at = Date.now()
  const began = performance.now()
  const note = (error?: unknown) => {
    const milliseconds = performance.now() - began
    const record = { at, namespace, text: oneLine(query, TEXT_LENGTH), milliseconds }
    add(error === undefined ? record : { ...record, error: oneLine(reasonOf(error), ERROR_LENGTH) })
  }
  try {
    const result = await work()
    note()
    return result
  } catch (error) {
    note(error)
    throw error
  }
}

/**
 * The last statements, the oldest first, of connections that `connectIris` has made: at most 20 of those that were run
 * since this was last asked.
 *
 * @param world whose they are. Default: this one's; Jest gives each test file a `globalThis` of its own.
 */
export function takeStatements(world: object = globalThis): StatementRecord[] {
  return (world as Holder)[KEY]?.splice(0) ?? []
}

function add(record: StatementRecord): void {
  const world = globalThis as Holder
  world[KEY] ??= []
  world[KEY].push(record)
  if (world[KEY].length > MOST) world[KEY].shift()
}

/** What IRIS has said, without the statement that an error of ours repeats. */
function reasonOf(error: unknown): string {
  if (!(error instanceof IrisDevtesterError)) return String(error)
  const { summary } = error.details as { readonly summary?: unknown }
  return typeof summary === 'string' ? summary : error.summary
}

function oneLine(text: string, length: number): string {
  const line = text.trim().replaceAll(/\s+/g, ' ')
  return line.length <= length ? line : `${line.slice(0, length - 1)}…`
}
