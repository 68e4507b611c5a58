import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fleetName } from '../document/fleet-name.ts'
import { PortRegistryError } from '../document/port-registry-error.ts'
import { type EngineIdentity, identifyEngine } from './engine-identity.ts'
import type { ProjectNames } from './project-names.ts'
import { type RegistryAddress, registryAddress } from './registry-address.ts'
import type { LocationOptions } from './registry-location.ts'
import type { RegistrySnapshot, RegistryStore, RegistryTurn } from './registry-store.ts'

const PACKAGE: string = '@iris-devtester/postgres'
/** Where a process that this one starts finds the package: its own folder may be another one. */
const PACKAGE_VARIABLE = 'IRIS_DEVTESTER_REGISTRY_PACKAGE'

type Environment = Readonly<Record<string, string | undefined>>

/** What the package that knows the server has to offer. */
interface PostgresPackage {
  createPostgresStore(options: {
    readonly url: string
    readonly registryId: string
    readonly engine: () => Promise<EngineIdentity>
  }): RegistryStore
}

/** The store that the options or the environment name by its address; `undefined` where they name a file. */
export function namedStore(options: LocationOptions): RegistryStore | undefined {
  const address = registryAddress(options)
  return address && new NamedStore(address, options.env ?? process.env)
}

/** A store on a server. Its package is loaded when it is first used. */
class NamedStore implements RegistryStore {
  readonly registryId: string
  readonly path: string
  readonly isShared = true
  readonly projects: ProjectNames
  readonly #address: RegistryAddress
  readonly #env: Environment
  #opened: Promise<RegistryStore> | undefined
  #store: RegistryStore | undefined
  #package: string | undefined

  constructor(address: RegistryAddress, env: Environment) {
    this.#address = address
    this.#env = env
    this.registryId = address.id
    this.path = address.id
    this.projects = { nameOf: (path) => fleetName(path, env) }
  }

  get environment(): Readonly<Record<string, string>> {
    const found = this.#package === undefined ? {} : { [PACKAGE_VARIABLE]: this.#package }
    return { IRIS_DEVTESTER_REGISTRY: this.#address.url, ...found }
  }

  async read(): Promise<RegistrySnapshot> {
    return (this.#store ?? (await this.#open())).read()
  }

  peek(): RegistrySnapshot | undefined {
    return this.#store?.peek?.()
  }

  async commit(...args: Parameters<RegistryStore['commit']>): Promise<RegistrySnapshot | undefined> {
    return (this.#store ?? (await this.#open())).commit(...args)
  }

  async inTurn<T>(work: (turn: RegistryTurn) => Promise<T>, deadline: number): Promise<T> {
    const store = await this.#open()
    return store.inTurn ? store.inTurn(work, deadline) : work(store)
  }

  async renewLease(leaseId: string): Promise<void> {
    await (await this.#open()).renewLease?.(leaseId)
  }

  async watch(changed: () => void): Promise<() => void> {
    return (await (await this.#open()).watch?.(changed)) ?? (() => {})
  }

  async close(): Promise<void> {
    await this.#store?.close?.()
  }

  #open(): Promise<RegistryStore> {
    this.#opened ??= this.#load().catch((error) => {
      this.#opened = undefined
      throw error
    })
    return this.#opened
  }

  async #load(): Promise<RegistryStore> {
    const { url, id } = this.#address
    this.#package = this.#env[PACKAGE_VARIABLE] || undefined
    const { createPostgresStore } = this.#package
      ? ((await import(this.#package)) as PostgresPackage)
      : await this.#loadInstalled()
    let engine: Promise<EngineIdentity> | undefined
    const identify = () => {
      engine ??= identifyEngine(this.#env)
      return engine
    }
    this.#store = createPostgresStore({ url, registryId: id, engine: identify })
    return this.#store
  }

  /** The package beside this one, or else the one that the project in the working directory has installed. */
  async #loadInstalled(): Promise<PostgresPackage> {
    try {
      return (await import(PACKAGE)) as PostgresPackage
    } catch (error) {
      if (!isMissing(error)) throw error
    }
    this.#package = packageOfProject(this.#address)
    return (await import(this.#package)) as PostgresPackage
  }
}

function packageOfProject({ id }: RegistryAddress): string {
  try {
    const manifest = createRequire(join(process.cwd(), 'noop.js')).resolve(`${PACKAGE}/package.json`)
    return new URL('dist/index.js', pathToFileURL(manifest)).href
  } catch (error) {
    if (!isMissing(error)) throw error
    throw new PortRegistryError({
      code: 'REGISTRY_PACKAGE_MISSING',
      message: `The port registry ${id} is on a PostgreSQL server, but the package ${PACKAGE}, which is needed for that, is not installed.`,
      hint: `Install it: npm install --save-dev ${PACKAGE}`,
      details: { registry: id, package: PACKAGE },
      cause: error,
    })
  }
}

function isMissing(error: unknown): boolean {
  const { code, message = '' } = error as NodeJS.ErrnoException
  // What the package itself needs may be missing, too: that is another trouble.
  const isNamed = /^Cannot find (?:package|module) '@iris-devtester\/postgres['/]/.test(message)
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && isNamed
}
