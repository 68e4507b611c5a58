import { cliCommand, PortRegistryError } from '@iris-devtester/core/ports'
import { isOtherSchema } from './store-statements.ts'

/** A statement that the server ended, as it took longer than its `statement_timeout` allows. */
const TOO_LONG = '57014'
/**
 * Codes of the server that mean: not now, but perhaps in a moment. It is going away or coming back, has no connection free,
 * or ended one that was idle or in a transaction for too long; or two got in each other's way.
 */
const PASSING = new Set([
  ...['57P01', '57P02', '57P03', '53300'],
  ...['08000', '08001', '08003', '08004', '08006', '08P01'],
  ...['25P03', '25P04', '57P05', TOO_LONG, '40001', '40P01'],
])
/** Codes for a named statement that isn't there, or that is there already. */
const NO_NAME = new Set(['26000', '42P05'])
/** A host whose name isn't known yet, or a socket that isn't there yet, may be so in a moment. */
const NETWORK = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'EHOSTUNREACH', 'EHOSTDOWN'],
  ...['ENETUNREACH', 'ENETDOWN', 'EADDRNOTAVAIL', 'ENOTFOUND', 'EAI_AGAIN', 'ENOENT'],
])

/** What PgBouncer refuses, with the code of a connection that broke, however often it is asked. */
const POOLER_REFUSES =
  /unsupported startup parameter|not allowed in statement pooling|no such (?:database|user)|(?:auth|authentication) failed/

/** Whether it may pass: the server is away, starting, or has no connection free. */
export function mayPass(error: unknown): boolean {
  const { code, message = '' } = error as { code?: string; message?: string }
  if (code === '08P01' && POOLER_REFUSES.test(message)) return false
  if (code !== undefined && (PASSING.has(code) || NETWORK.has(code))) return true
  return /connection terminated|connection timeout|timeout exceeded|query read timeout|client has encountered|not queryable/i.test(
    message,
  )
}

/** Whether a pooler in between gave the statement to another connection than the one that had been told of its name. */
export function lacksName(error: unknown): boolean {
  return NO_NAME.has((error as { code?: string }).code ?? '')
}

/** Whether the statement's own transaction had to wait for others for too long. */
export function waitedTooLong(error: unknown): boolean {
  return (error as { code?: string }).code === '55P03'
}

/** Whether a pooler in between has no transactions of more than one statement. */
export function lacksTransactions(error: unknown): boolean {
  return /not allowed in statement pooling/.test((error as { message?: string }).message ?? '')
}

/** Whether the server has no connection free. */
export function isFull(error: unknown): boolean {
  return (error as { code?: string }).code === '53300'
}

/** The error for a server that can't be reached, or that went away and did not come back. */
export function unreachable(registry: string, afterMs: number, cause: unknown, isOutcomeKnown = true): Error {
  const { code, message } = cause as { code?: string; message?: string }
  if (code === TOO_LONG) return refused(registry, cause)
  const outcome = isOutcomeKnown
    ? 'Nothing was changed.'
    : 'Whether the last change was made could not be found out; doing it again does no harm.'
  const full = isFull(cause)
  return new PortRegistryError({
    code: 'REGISTRY_UNREACHABLE',
    message: full
      ? `The PostgreSQL server of the port registry ${registry} has no connection free, and had none within ${afterMs} ms. ${outcome}`
      : `The PostgreSQL server of the port registry ${registry} can't be reached: ${message || code}. It was tried for ${afterMs} ms. ${outcome}`,
    hint: `${full ? "Raise the server's max_connections, or put PgBouncer in front of it" : `Check that it runs: pg_isready -d ${registry}`}\nOr use a registry of this machine alone: unset IRIS_DEVTESTER_REGISTRY`,
    details: { registry, afterMs, reason: code ?? message },
    cause,
  })
}

/** What an answer of the server that won't change by itself means to the user; what is no such answer is passed through. */
export function refused(registry: string, error: unknown): Error {
  if (error instanceof PortRegistryError) return error
  const { code, message = '' } = error as ServerAnswer
  const hint = hintFor(code, error as ServerAnswer, registry)
  if (hint === undefined) return error as Error
  return new PortRegistryError({
    code: 'REGISTRY_REFUSED',
    message: `The PostgreSQL server of the port registry ${registry} refused: ${message}.`,
    hint,
    details: { registry, reason: code ?? message },
    cause: error,
  })
}

function hintFor(code: string | undefined, error: ServerAnswer, registry: string): string | undefined {
  const { message = '' } = error
  if (code === '28000' && /no encryption/.test(message))
    return 'Ask for TLS in the address: postgres://…?sslmode=require'
  if (code === '28P01' || code === '28000' || /no such user|auth(?:entication)? failed/.test(message))
    return "Correct user and password in the registry's address: postgres://user:password@host:5432/database"
  if (/password must be a (?:non-empty )?string/.test(message))
    return "Name the password: in the registry's address, in PGPASSWORD, or in the file ~/.pgpass"
  if (lacksTransactions(error))
    return 'The schema is made in a transaction: set pool_mode = transaction in PgBouncer, or use the registry once without it.'
  if (/unsupported startup parameter/.test(message))
    return "Take options out of the registry's address, or let PgBouncer pass them on: ignore_startup_parameters"
  if (code === '3D000') return `Create it: createdb "${decodeURI(registry.split('/').pop() ?? '')}"`
  if (code === '42501')
    return `Let a role that may create schemas use the registry once, for instance: ${cliCommand()} ports list\nThen, as that role: grant usage on schema iris_devtester to <role>; grant select, insert, update, delete on all tables in schema iris_devtester to <role>; grant execute on all functions in schema iris_devtester to <role>`
  if (code === '25006')
    return 'It is a read-only replica, or read-only for this role or database: name the primary in the address, or correct default_transaction_read_only'
  if (code === TOO_LONG) return 'Give the role more time: alter role <role> set statement_timeout = 0'
  if (/does not support SSL/.test(message))
    return "Let the server offer TLS (ssl = on), or leave sslmode out of the registry's address."
  const isTls =
    /certificate|self[- ]signed|SSL|TLS|altname/i.test(message) || /^(ERR_TLS|CERT_|DEPTH_|UNABLE_TO)/.test(code ?? '')
  if (isTls)
    return 'Name the server as its certificate does, and the authority that signed it: postgres://…?sslmode=verify-full&sslrootcert=/path/to/ca.pem'
  // Whatever else the server or the system says, unless whoever asked knows what to do about it.
  if (isOtherSchema(error) || waitedTooLong(error)) return undefined
  if (error.severity !== undefined || error.syscall !== undefined) return "Look for the reason in the server's log."
  return undefined
}

/** What the server, or the system on the way to it, says of an error. */
interface ServerAnswer {
  readonly code?: string
  readonly message?: string
  readonly severity?: string
  readonly syscall?: string
}

/** The error for a schema of a later release, whose meaning can't be known here. */
export function newerSchema(registry: string, version: number, supported: number): PortRegistryError {
  return new PortRegistryError({
    code: 'REGISTRY_SCHEMA_NEWER',
    message: `The port registry ${registry} has version ${version} of its schema; this release knows ${supported}. It was left untouched.`,
    hint: 'Upgrade: npm install --save-dev @iris-devtester/postgres@latest\nOr use another database.',
    details: { registry, version: String(version), supported: String(supported) },
  })
}

/** The error for tables that somebody else uses for so long that they can't be changed. */
export function tablesInUse(registry: string, afterMs: number, cause: unknown): PortRegistryError {
  return new PortRegistryError({
    code: 'REGISTRY_UNREACHABLE',
    message: `The tables of the port registry ${registry} have to be changed for this release, but another transaction has been using them for ${afterMs} ms. Nothing was changed.`,
    hint: "End the transaction, for instance a dump or a session that was left open: select pid, application_name, state, query from pg_stat_activity where state <> 'idle'",
    details: { registry, afterMs, reason: '55P03' },
    cause,
  })
}
