import { createRequire } from 'node:module'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import { fleetName } from '../document/fleet-name.ts'
import { PortRegistryError } from '../document/port-registry-error.ts'
import { type EngineIdentity, identifyEngine } from './engine-identity.ts'
import type { ProjectNames } from './project-names.ts'
import { type RegistryAddress, registryAddress } from './registry-address.ts'
import type { LocationOptions } from './registry-location.ts'
import type { RegistrySnapshot, RegistryStore } from './registry-store.ts'

const PACKAGE: string = '@iris-devtester/postgres'

type Environment = Readonly<Record<string, string | undefined>>

/** What the package that knows the server has to offer. */
interface PostgresPackage {
  createPostgresStore(options: {
    readonly url: string
    readonly registryId: string
    readonly engine: () => Promise<EngineIdentity>
    readonly connectTimeoutMs?: number | undefined
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
  readonly environment: Readonly<Record<string, string>>
  readonly #address: RegistryAddress
  readonly #env: Environment
  #opened: Promise<RegistryStore> | undefined
  #store: RegistryStore | undefined

  constructor(address: RegistryAddress, env: Environment) {
    this.#address = address
    this.#env = env
    this.registryId = address.id
    this.path = address.id
    this.projects = { nameOf: (path) => fleetName(path, env) }
    this.environment = { IRIS_DEVTESTER_REGISTRY: address.url }
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
    const { createPostgresStore } = await loadPackage(this.#address)
    const { url, id } = this.#address
    let engine: Promise<EngineIdentity> | undefined
    const identify = () => {
      engine ??= identifyEngine(this.#env)
      return engine
    }
    this.#store = createPostgresStore({ url, registryId: id, engine: identify })
    return this.#store
  }
}

/** The package beside this one, or else the one that the project in the working directory has installed. */
async function loadPackage({ id }: RegistryAddress): Promise<PostgresPackage> {
  try {
    return (await import(PACKAGE)) as PostgresPackage
  } catch (error) {
    if (!isMissing(error)) throw error
  }
  try {
    const path = createRequire(join(process.cwd(), 'noop.js')).resolve(PACKAGE)
    return (await import(pathToFileURL(path).href)) as PostgresPackage
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
  return (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') && message.includes(PACKAGE)
}
