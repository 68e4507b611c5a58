import type { DatabaseSync } from 'node:sqlite'
import { type Document, Documents } from '../classes/documents.ts'
import { type Answer, envelope, statusError } from './answers.ts'
import type { Call } from './atelier.ts'

/** Reads, writes or removes one document. */
export function answerDocument(database: DatabaseSync, call: Call, name: string): Answer {
  const documents = new Documents(database)
  const existing = documents.get(name)
  if (call.method === 'PUT') return putDocument(documents, call, name, existing)
  if (!existing)
    return envelope({}, { status: 404, errors: [statusError(`ERROR #16005: Document '${name}' does not exist`)] })
  if (call.method === 'DELETE') {
    documents.delete(name)
    return envelope({ name, status: '' })
  }
  return envelope({ ...description(existing), enc: false, flags: 0, content: existing.lines })
}

/** The names of the namespace's documents of one category (`CLS`, or `*` for all). */
export function listDocuments(database: DatabaseSync, category: string): Answer {
  const all = new Documents(database).list()
  const wanted = all.filter(({ name }) => category === '*' || categoryOf(name) === category.toUpperCase())
  return envelope({ content: wanted.map(description) })
}

function putDocument(documents: Documents, call: Call, name: string, existing: Document | undefined): Answer {
  const lines = contentLines(call.body)
  if (!lines || !/^%?[A-Za-z][\w.]*\.(cls|mac|inc|int)$/i.test(name)) {
    return envelope(
      {},
      { status: 400, errors: [statusError(`ERROR #16006: Document '${name}' or its content is invalid`)] },
    )
  }
  if (existing && call.query.get('ignoreConflict') !== '1') {
    return envelope(
      {},
      { status: 409, errors: [statusError(`ERROR #16007: Document '${name}' has been changed on the server`)] },
    )
  }
  documents.put(name, lines, false)
  const stored = documents.get(name)
  return envelope(stored ? description(stored) : {}, { status: existing ? 200 : 201 })
}

function description({ name, changed }: Document): Record<string, unknown> {
  return { name, db: '', ts: changed, upd: true, cat: categoryOf(name), status: '' }
}

function categoryOf(name: string): string {
  return name.toLowerCase().endsWith('.cls') ? 'CLS' : 'RTN'
}

function contentLines(body: string): string[] | undefined {
  try {
    const { enc, content } = JSON.parse(body) as { enc?: boolean; content?: unknown }
    return enc === false && Array.isArray(content) ? content.map(String) : undefined
  } catch {
    return undefined
  }
}
