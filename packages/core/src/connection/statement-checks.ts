import { blankLiterals } from './blank-literals.ts'
import { IrisConnectionError } from './connection-error.ts'

/** How a statement begins that only means something where the next one runs in the same session. */
const TRANSACTION =
  /^\s*(START\s+TRANSACTION|SET\s+TRANSACTION|COMMIT|ROLLBACK|SAVEPOINT|%BEGTRANS|%INTRANSACTION|LOCK(\s+TABLE)?|UNLOCK(\s+TABLE)?)\b/i

/**
 * Refuses what can't mean over HTTP what it says, before anything is sent.
 *
 * @throws IrisConnectionError `SQL_TRANSACTION_UNSUPPORTED`, `SQL_PARAMETERS_INVALID`
 */
export function checkStatement(query: string, parameters: readonly unknown[]): void {
  const words = blankLiterals(query)
  const [, verb] = TRANSACTION.exec(words) ?? []
  if (verb !== undefined) throw withoutSession(verb.toUpperCase().replace(/\s+/g, ' '), query)
  checkParameters(query, parameters)
}

/** Whether a statement would begin or end a transaction; to roll back to a savepoint doesn't. */
export function endsTransaction(query: string): boolean {
  return /^\s*(START\s+TRANSACTION|COMMIT|ROLLBACK(?!\s+TO)|%BEGTRANS)\b/i.test(blankLiterals(query))
}

/**
 * Refuses a statement with more or fewer parameters than it has `?`.
 *
 * @throws IrisConnectionError `SQL_PARAMETERS_INVALID`
 */
export function checkParameters(query: string, parameters: readonly unknown[]): void {
  const words = blankLiterals(query)
  const wanted = words.split('?').length - 1
  const given = parameters.length
  // The body of a procedure may hold question marks of its own.
  const isDefinition = given === 0 && /^\s*(CREATE|ALTER)\b/i.test(words)
  if (wanted !== given && !isDefinition) throw wrongNumber(wanted, given, query)
}

/** What to throw for a statement of a transaction. */
function withoutSession(asked: string, query: string): IrisConnectionError {
  return new IrisConnectionError({
    code: 'SQL_TRANSACTION_UNSUPPORTED',
    message: `${asked} has no effect on this connection: over HTTP, each statement is its own transaction, and the next one may run in another process of IRIS.`,
    hint: [
      'To undo the writes of a test: connection.reset(), or the option reset',
      'For a transaction over several statements: connection.transaction(), or a driver, whose connection is one session',
    ].join('\n'),
    details: { asked, query },
  })
}

function wrongNumber(wanted: number, given: number, query: string): IrisConnectionError {
  const has = wanted === 1 ? 'has 1 "?"' : `has ${wanted} "?"`
  const came = given === 1 ? '1 parameter was given' : `${given} parameters were given`
  return new IrisConnectionError({
    code: 'SQL_PARAMETERS_INVALID',
    message: `The statement ${has}, but ${came}. Nothing was sent.\n  ${query}`,
    hint: 'Pass one parameter for each "?", in order.',
    details: { wanted, given, query },
  })
}
