import { copyFileSync, existsSync, mkdirSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import type { NamespaceMapping } from './state-file.ts'

/** A database file has IRIS's name, though SQLite's content. */
const FILE = 'IRIS.DAT'

/** The namespaces and the databases behind them. */
export class Namespaces {
  readonly #mgr: string
  readonly #databases: Record<string, string>
  readonly #namespaces: Record<string, NamespaceMapping>
  readonly #open = new Map<string, DatabaseSync>()
  readonly #others = new Map<string, DatabaseSync[]>()
  readonly #dismounted = new Set<string>()

  constructor(mgr: string, databases: Record<string, string>, namespaces: Record<string, NamespaceMapping>) {
    this.#mgr = mgr
    this.#databases = databases
    this.#namespaces = namespaces
  }

  list(): string[] {
    return Object.keys(this.#namespaces).sort()
  }

  has(namespace: string): boolean {
    return Object.hasOwn(this.#namespaces, namespace.toUpperCase())
  }

  /** Makes a database, or a copy of the one in `seed` (a directory or a database file); an existing name stays as it is. */
  createDatabase(name: string, directory: string, seed?: string): void {
    const key = name.toUpperCase()
    if (Object.hasOwn(this.#databases, key)) return
    mkdirSync(directory, { recursive: true })
    const file = join(directory, FILE)
    if (seed && !existsSync(file)) copyFileSync(statSync(seed).isDirectory() ? join(seed, FILE) : seed, file)
    if (!existsSync(file)) writeFileSync(file, '')
    this.#databases[key] = directory
  }

  /** Makes a namespace over existing databases; without them nothing happens. */
  createNamespace(name: string, globals: string, routines: string): void {
    const mapping = { globals: globals.toUpperCase(), routines: routines.toUpperCase() }
    if (this.has(name) || !Object.hasOwn(this.#databases, mapping.globals)) return
    this.#namespaces[name.toUpperCase()] = mapping
  }

  /** What SQL's `CREATE DATABASE` does: a namespace and its database in a directory of their name. */
  create(name: string, directory = join(this.#mgr, name.toLowerCase())): void {
    this.createDatabase(name, directory)
    this.createNamespace(name, name, name)
  }

  /** Removes the namespace and its database with its file. */
  drop(name: string): void {
    const mapping = this.#namespaces[name.toUpperCase()]
    if (!mapping) return
    delete this.#namespaces[name.toUpperCase()]
    const directory = this.#databases[mapping.globals]
    this.#close(mapping.globals)
    delete this.#databases[mapping.globals]
    if (directory) rmSync(directory, { recursive: true, force: true })
  }

  /**
   * The database of a namespace, opened on its first use.
   *
   * @throws Error when there is no such namespace.
   */
  database(namespace: string): DatabaseSync {
    const { name, directory } = this.#mounted(namespace)
    const open = this.#open.get(name)
    if (open) return open
    const database = openFile(directory)
    this.#open.set(name, database)
    return database
  }

  /** Another connection to a namespace's database, for whoever has a transaction there. */
  openAnother(namespace: string): DatabaseSync {
    const { name, directory } = this.#mounted(namespace)
    const database = openFile(directory)
    this.#others.set(name, [...(this.#others.get(name) ?? []).filter(({ isOpen }) => isOpen), database])
    return database
  }

  #mounted(namespace: string): { readonly name: string; readonly directory: string } {
    const mapping = this.#namespaces[namespace.toUpperCase()]
    const directory = mapping && this.#databases[mapping.globals]
    if (!directory) throw new Error(`There is no namespace ${namespace}.`)
    if (this.#dismounted.has(mapping.globals)) throw new Error(`The database of ${namespace} is dismounted.`)
    return { name: mapping.globals, directory }
  }

  #close(name: string): void {
    const all = [this.#open.get(name), ...(this.#others.get(name) ?? [])]
    for (const database of all) if (database?.isOpen) database.close()
    this.#open.delete(name)
    this.#others.delete(name)
  }

  /** The databases of a namespace. */
  mapping(namespace: string): NamespaceMapping | undefined {
    return this.#namespaces[namespace.toUpperCase()]
  }

  /** Where a database's file is. */
  directory(database: string): string | undefined {
    return this.#databases[database.toUpperCase()]
  }

  /** Closes a database until it is mounted again. */
  dismount(directory: string): void {
    for (const name of this.#databasesIn(directory)) {
      this.#close(name)
      this.#dismounted.add(name)
    }
  }

  /**
   * Opens what was dismounted.
   *
   * @throws Error when its file is no database.
   */
  mount(directory: string): void {
    const file = join(directory, FILE)
    if (!existsSync(file)) throw new Error(`Database ${directory} could not be mounted: there is no ${FILE}`)
    const database = new DatabaseSync(file)
    try {
      database.prepare('SELECT COUNT(*) FROM sqlite_master').all()
    } finally {
      database.close()
    }
    for (const name of this.#databasesIn(directory)) this.#dismounted.delete(name)
  }

  #databasesIn(directory: string): string[] {
    const names = Object.keys(this.#databases).filter(
      (name) => resolve(this.#databases[name] ?? '') === resolve(directory),
    )
    if (names.length === 0) throw new Error(`There is no database in ${directory}`)
    return names
  }

  close(): void {
    for (const name of [...this.#open.keys(), ...this.#others.keys()]) this.#close(name)
  }
}

function openFile(directory: string): DatabaseSync {
  mkdirSync(directory, { recursive: true })
  const database = new DatabaseSync(join(directory, FILE))
  // Data only has to outlive the process, not the machine.
  database.exec('PRAGMA synchronous = OFF; PRAGMA journal_mode = MEMORY')
  return database
}
