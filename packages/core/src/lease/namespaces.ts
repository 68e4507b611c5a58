import { IrisConnectionError } from '../connection/connection-error.ts'
import type { IrisConnection } from '../connection/iris-connection.ts'
import { runObjectScript } from '../container/object-script.ts'
import type { EngineClient } from '../engine/engine-client.ts'
import { summaryOf } from '../errors/summary-of.ts'
import type { Isolation } from './acquire-options.ts'
import { LeaseError } from './lease-error.ts'

/** What our own namespaces' names begin with, so that leftovers can be told from a user's. */
const PREFIX = 'IDT'
const OWN = /^IDT[0-9A-F]{8}[RW]\d+$/

/** How many of a Community licence's 8 connections workers may take before it is worth a word. */
const CONNECTION_BUDGET = 6

/**
 * The namespaces of a run: letters and digits only, as SQL identifiers without quotes must be. They carry the lease's id,
 * so that whoever cleans up knows whose they are.
 *
 * @see https://docs.intersystems.com/irislatest/csp/docbook/DocBook.UI.Page.cls?KEY=RSQL_createdatabase
 */
export function namespacesFor(leaseId: string, isolation: Isolation, workers: number): string[] {
  const owner = `${PREFIX}${leaseId.replaceAll('-', '').slice(0, 8).toUpperCase()}`
  if (isolation === 'shared') return []
  if (isolation === 'run') return [`${owner}R1`]
  return Array.from({ length: workers }, (_, index) => `${owner}W${index + 1}`)
}

/** Names among `existing` that are ours but belong to none of the runs that still hold a lease. */
export function leftovers(existing: readonly string[], held: readonly string[]): string[] {
  const needed = new Set(held)
  return existing.filter((name) => OWN.test(name.toUpperCase()) && !needed.has(name.toUpperCase()))
}

/** A word of warning when so many workers are likely to run a Community licence out of connections. */
export function licenseWarning(workers: number): string | undefined {
  if (workers <= CONNECTION_BUDGET) return undefined
  return `${workers} workers with a connection each come near the 8 connections of a Community licence; limit them to ${CONNECTION_BUDGET}, or use an image with a licence key.`
}

/** How an IRIS is told to create and drop: over its web port with a login, or by a session inside its container. */
export interface NamespaceAccess {
  readonly connection?: IrisConnection | undefined
  readonly session?: ContainerSession | undefined
}

/** A session inside a container, which needs no password. */
export interface ContainerSession {
  readonly engine: EngineClient
  readonly containerId: string
  /** How long it may take, in ms. */
  readonly timeoutMs?: number
}

/** Creates namespaces, each with a database of its own, over one session: one licence unit, however many they are. */
export function createNamespaces(access: NamespaceAccess, names: readonly string[]): Promise<void> {
  return runEach(access, names, (name) => `CREATE DATABASE ${name}`)
}

/** Drops namespaces with their databases. One that isn't there is fine. */
export function dropNamespaces(access: NamespaceAccess, names: readonly string[]): Promise<void> {
  return runEach(access, names, (name) => `DROP DATABASE IF EXISTS ${name}`)
}

async function runEach(
  { connection, session }: NamespaceAccess,
  names: readonly string[],
  statementFor: (name: string) => string,
): Promise<void> {
  if (names.length === 0) return
  try {
    if (connection && connection.webPort !== 0) {
      for (const name of names) await connection.sql(statementFor(name))
    } else if (session) {
      await runInSession(session, names.map(statementFor))
    }
  } catch (cause) {
    throw failed(names, cause)
  }
}

/**
 * Each statement comes by the environment, so the script is the same whatever the names are.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=%25SQL.Statement
 */
async function runInSession({ engine, containerId, timeoutMs }: ContainerSession, statements: string[]): Promise<void> {
  const named = statements.map((statement, at) => [`IDT_STATEMENT_${at + 1}`, statement] as const)
  const lines = named.flatMap(([name]) => [
    `Set result=##class(%SQL.Statement).%ExecDirect(,$system.Util.GetEnviron("${name}"))`,
    'Write:result.%SQLCODE<0 !,"@@ERR ",result.%SQLCODE," ",result.%Message,!',
  ])
  const script = { namespace: '%SYS', lines, values: Object.fromEntries(named) }
  await runObjectScript(engine, containerId, script, timeoutMs)
}

function failed(names: readonly string[], cause: unknown): LeaseError {
  return new LeaseError({
    code: 'NAMESPACE_FAILED',
    message: `${names.length === 1 ? 'The namespace' : 'The namespaces'} ${names.join(', ')} could not be created or dropped: ${summaryOf(cause)}`,
    hint:
      cause instanceof IrisConnectionError && cause.code === 'SQL_ERROR'
        ? 'The user needs the privilege %Admin_Manage. Without it, use the isolation "shared".'
        : 'See the container: npx iris-devtester logs',
    details: { namespaces: names },
    cause,
  })
}
