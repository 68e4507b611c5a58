import { compile } from '../classes/compile.ts'
import type { Instance } from '../instance/instance.ts'
import { ZVERSION } from '../instance/version.ts'
import type { User } from '../security/users.ts'
import { runQuery } from '../sql/run-query.ts'
import { SqlError } from '../sql/sql-error.ts'
import { type Answer, envelope, refusal, statusError } from './answers.ts'
import { answerDocument, listDocuments } from './document-calls.ts'

/** A call of somebody who has been let in. */
export interface Call {
  readonly method: string
  /** Decoded parts of the path after `/api/atelier/`. */
  readonly path: readonly string[]
  readonly query: URLSearchParams
  readonly body: string
  readonly user: User
}

/** The calls of Atelier's REST interface that this product makes. */
export function answerAtelier(instance: Instance, call: Call): Answer {
  const [version, namespace, kind, ...rest] = call.path
  if (version === undefined) return serverInfo(instance)
  if (!/^v[1-8]$/.test(version) || namespace === undefined) return refusal(404, 'Not Found')
  if (!instance.namespaces.has(namespace)) {
    return envelope({}, { status: 404, errors: [statusError(`ERROR #16004: Namespace '${namespace}' does not exist`)] })
  }
  const space = namespace.toUpperCase()
  const database = instance.namespaces.database(space)
  const action = `${call.method} ${kind ?? ''} ${rest[0] ?? ''}`.trim()
  if (action === 'GET') return envelope({ content: { name: space, db: [], features: [] } })
  if (kind === 'docnames') return listDocuments(database, rest[0] ?? '*')
  if (kind === 'doc' && rest[0]) return answerDocument(database, call, rest[0])
  if (action !== 'POST action query' && action !== 'POST action compile') return refusal(404, 'Not Found')
  const body = parseJson(call.body)
  if (body === undefined) return badRequest('the body is not JSON')
  return rest[0] === 'query' ? query(instance, space, call, body) : compileAll(instance, space, call, body)
}

function serverInfo(instance: Instance): Answer {
  const content = {
    version: ZVERSION,
    id: '00000000-0000-0000-0000-000000000000',
    api: 8,
    features: [],
    namespaces: instance.namespaces.list(),
  }
  return envelope({ content })
}

function query(instance: Instance, namespace: string, call: Call, body: unknown): Answer {
  const { query: sql, parameters = [] } = body as { query?: unknown; parameters?: unknown }
  if (typeof sql !== 'string' || !Array.isArray(parameters))
    return badRequest('"query" must be a text and "parameters" a list')
  const max = Number(call.query.get('max') ?? Number.POSITIVE_INFINITY)
  try {
    return envelope({ content: runQuery(instance, { namespace, user: call.user, sql, parameters, max }) })
  } catch (error) {
    if (!(error instanceof SqlError)) throw error
    const params = [String(error.sqlcode), ` ${error.message}`]
    const text = `ERROR #5540: SQLCODE: ${params[0]} Message: ${params[1]}`
    return envelope({}, { errors: [statusError(text, params, 'SQLCode')] })
  }
}

function compileAll(instance: Instance, namespace: string, call: Call, body: unknown): Answer {
  if (!Array.isArray(body) || body.some((name) => typeof name !== 'string'))
    return badRequest('a list of names is expected')
  const flags = call.query.get('flags') ?? 'cuk'
  const { console, errors } = compile(instance.namespaces.database(namespace), body as string[], flags)
  const content = (body as string[]).map((name) => ({ name, status: '', content: [] }))
  return envelope({ content }, { console, errors: errors.map((error) => statusError(error)) })
}

function badRequest(reason: string): Answer {
  return envelope({}, { status: 400, errors: [statusError(`ERROR #5035: General exception: ${reason}`)] })
}

function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text)
    return value === null || typeof value !== 'object' ? undefined : value
  } catch {
    return undefined
  }
}
