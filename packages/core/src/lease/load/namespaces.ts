import { IrisConnectionError } from '../../connection/connection-error.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { runObjectScript } from '../../container/object-script.ts'
import type { EngineClient } from '../../engine/engine-client.ts'
import { cliCommand } from '../../errors/cli-command.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { LeaseError } from '../book/lease-error.ts'

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
        : `See the container: ${cliCommand()} logs`,
    details: { namespaces: names },
    cause,
  })
}
