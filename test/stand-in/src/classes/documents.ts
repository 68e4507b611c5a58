import type { DatabaseSync } from 'node:sqlite'

/** A stored class, routine or include. */
export interface Document {
  readonly name: string
  readonly lines: string[]
  readonly compiled: boolean
  /** `YYYY-MM-DD HH:MM:SS.mmm` */
  readonly changed: string
}

/** The documents of one namespace, kept in its database so that they go and are copied with it. */
export class Documents {
  readonly #database: DatabaseSync

  constructor(database: DatabaseSync) {
    this.#database = database
    database.exec(`CREATE TABLE IF NOT EXISTS "StandIn.Document"
      (name TEXT PRIMARY KEY, content TEXT NOT NULL, compiled INTEGER NOT NULL, changed TEXT NOT NULL)`)
  }

  get(name: string): Document | undefined {
    const row = this.#database.prepare('SELECT * FROM "StandIn.Document" WHERE name = ?').get(name)
    return row && toDocument(row)
  }

  list(): Document[] {
    return this.#database.prepare('SELECT * FROM "StandIn.Document" ORDER BY name').all().map(toDocument)
  }

  put(name: string, lines: readonly string[], compiled: boolean): void {
    const changed = new Date().toISOString().replace('T', ' ').replace('Z', '')
    this.#database
      .prepare('INSERT OR REPLACE INTO "StandIn.Document" VALUES (?, ?, ?, ?)')
      .run(name, JSON.stringify(lines), Number(compiled), changed)
  }

  delete(name: string): void {
    this.#database.prepare('DELETE FROM "StandIn.Document" WHERE name = ?').run(name)
  }
}

function toDocument(row: Record<string, unknown>): Document {
  const { name, content, compiled, changed } = row
  return {
    name: String(name),
    lines: JSON.parse(String(content)) as string[],
    compiled: compiled === 1,
    changed: String(changed),
  }
}
