import { copyFileSync, existsSync, renameSync, unlinkSync } from 'node:fs'
import { parseClass } from '../classes/class-text.ts'
import { Documents } from '../classes/documents.ts'
import { loadFile } from '../classes/load.ts'
import type { Instance } from '../instance/instance.ts'
import { ZVERSION } from '../instance/version.ts'
import { runQuery } from '../sql/run-query.ts'
import { SqlError } from '../sql/sql-error.ts'
import { runMethod } from './run-script.ts'
import { failure, ScriptError, type ScriptValue, toNumber } from './script-error.ts'
import { executeInSession } from './session-calls.ts'
import type { SessionProcess } from './session-process.ts'

/** What a running script sees. */
export interface ScriptContext {
  readonly instance: Instance
  readonly process: SessionProcess
  namespace: string
  readonly environment: Readonly<Record<string, string>>
  readonly variables: Map<string, ScriptValue>
  /** The properties of objects, by the reference that stands for one in a variable. */
  readonly objects: Map<string, Readonly<Record<string, ScriptValue>>>
  readonly write: (text: string) => void
}

type Method = (context: ScriptContext, args: readonly ScriptValue[]) => ScriptValue

const text = (args: readonly ScriptValue[], at: number): string => String(args[at] ?? '')

/** The system's classes, by lower-case `class.method`, each with the namespace it lives in where it isn't everywhere. */
const METHODS: Readonly<Record<string, { readonly only?: string; readonly run: Method }>> = {
  'security.users.unexpireuserpasswords': {
    only: '%SYS',
    run: ({ instance }, args) => {
      instance.users.unexpire(text(args, 0))
      instance.save()
      return 1
    },
  },
  'security.users.exists': {
    only: '%SYS',
    run: ({ instance }, args) => Number(instance.users.get(text(args, 0)) !== undefined),
  },
  '%system.obj.load': {
    run: ({ instance, namespace, write }, args) => {
      const { console, errors } = loadFile(instance.namespaces.database(namespace), text(args, 0), text(args, 1))
      write(console.map((line) => `${line}\n`).join(''))
      return errors.length === 0 ? 1 : failure(...errors)
    },
  },
  '%sql.statement.%execdirect': { run: (context, args) => execDirect(context, text(args, 1)) },
  '%system.util.getenviron': { run: ({ environment }, args) => environment[text(args, 0)] ?? '' },
  '%system.status.isok': { run: (_, args) => toNumber(args[0] ?? 0) % 2 },
  '%system.status.iserror': { run: (_, args) => 1 - (toNumber(args[0] ?? 0) % 2) },
  '%system.status.geterrortext': { run: (_, args) => text(args, 0).replace(/^0 |^1$/, '') },
  '%system.status.ok': { run: () => 1 },
  '%system.status.error': { run: (_, args) => failure(`ERROR #${text(args, 0)}: ${text(args, 1)}`) },
  'config.namespaces.open': {
    only: '%SYS',
    run: (context, args) => {
      const mapping = context.instance.namespaces.mapping(text(args, 0))
      return mapping ? objectOf(context, { Globals: mapping.globals, Routines: mapping.routines }) : ''
    },
  },
  'config.databases.open': {
    only: '%SYS',
    run: (context, args) => {
      const directory = context.instance.namespaces.directory(text(args, 0))
      return directory === undefined ? '' : objectOf(context, { Directory: directory })
    },
  },
  'sys.database.dismountdatabase': {
    only: '%SYS',
    run: ({ instance }, args) => statusOf(() => instance.namespaces.dismount(text(args, 0))),
  },
  'sys.database.mountdatabase': {
    only: '%SYS',
    run: ({ instance }, args) => statusOf(() => instance.namespaces.mount(text(args, 0))),
  },
  '%library.file.copyfile': { run: (_, args) => succeeds(() => copyFileSync(text(args, 0), text(args, 1))) },
  '%library.file.rename': { run: (_, args) => succeeds(() => renameSync(text(args, 0), text(args, 1))) },
  '%library.file.delete': { run: (_, args) => succeeds(() => unlinkSync(text(args, 0))) },
  '%library.file.exists': { run: (_, args) => Number(existsSync(text(args, 0))) },
  '%system.version.getversion': { run: () => ZVERSION },
}

function objectOf({ objects }: ScriptContext, properties: Readonly<Record<string, ScriptValue>>): ScriptValue {
  const reference = `${objects.size + 1}@Config`
  objects.set(reference, properties)
  return reference
}

function statusOf(work: () => void): ScriptValue {
  try {
    work()
    return 1
  } catch (error) {
    return failure(`ERROR #1: ${(error as Error).message}`)
  }
}

function succeeds(work: () => void): ScriptValue {
  try {
    work()
    return 1
  } catch {
    return 0
  }
}

/** Runs a statement as the session's own user, who may do everything, and gives a reference to its outcome. */
function execDirect({ instance, namespace, objects }: ScriptContext, sql: string): ScriptValue {
  const [user] = instance.users.list().filter(({ roles }) => roles === '%All')
  if (!user) throw new ScriptError('<PROTECT>')
  const reference = `${objects.size + 1}@%SQL.StatementResult`
  try {
    runQuery(instance, { namespace, user, sql, parameters: [], max: 0 })
    objects.set(reference, { '%SQLCODE': 0, '%Message': '' })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    objects.set(reference, { '%SQLCODE': error.sqlcode, '%Message': error.message })
  }
  return reference
}

/**
 * Calls a class method: one of the system's few that are known here, or one of a compiled class.
 *
 * @throws ScriptError `<CLASS DOES NOT EXIST>`, `<METHOD DOES NOT EXIST>`.
 */
export function callClass(
  context: ScriptContext,
  className: string,
  method: string,
  args: readonly ScriptValue[],
): ScriptValue {
  const known = METHODS[`${className}.${method}`.toLowerCase()]
  if (known && (known.only === undefined || known.only === context.namespace)) return known.run(context, args)
  const exists = Object.entries(METHODS).some(
    ([name, { only }]) =>
      name.startsWith(`${className.toLowerCase()}.`) && (only === undefined || only === context.namespace),
  )
  const document = new Documents(context.instance.namespaces.database(context.namespace)).get(`${className}.cls`)
  if (!document?.compiled && !exists) throw new ScriptError(`<CLASS DOES NOT EXIST> *${className}`)
  const found = document && parseClass(document.name, document.lines).methods.find(({ name }) => name === method)
  // Stands for the method of the product's class: what it is asked and writes is the same, its ObjectScript isn't run.
  if (found && document?.name === 'IrisDevtester.Session.cls' && method === 'Execute') {
    return executeInSession(context, text(args, 0))
  }
  if (!found?.classMethod) throw new ScriptError(`<METHOD DOES NOT EXIST> *${method},${className}`)
  return runMethod(context, found, args)
}

/**
 * Evaluates a function, a special variable or a macro.
 *
 * @throws ScriptError `<SYNTAX>` for one that isn't known here.
 */
export function callFunction(context: ScriptContext, name: string, args: readonly ScriptValue[]): ScriptValue {
  if (name === '$zversion' || name === '$zv') return ZVERSION
  if (name === '$namespace') return context.namespace
  if (name === '$job' || name === '$j') return process.pid
  if (name === '$$$ok') return 1
  if (name === '$$$generalerror') return 5001
  if (name === '$$$error') return failure(`ERROR #${text(args, 0)}: ${text(args, 1)}`)
  if (name === '$length' || name === '$l') return text(args, 0).length
  if (name === '$char' || name === '$c') return String.fromCharCode(...args.map(toNumber))
  throw new ScriptError('<SYNTAX>')
}
