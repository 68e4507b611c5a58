import type { RegistryDocument } from '../document/registry-document.ts'
import { type PortRange, requireService, resolveRanges, type ServiceRanges } from '../document/services.ts'
import { StoreQueue } from '../store/commit-queue.ts'
import { GenerationStore } from '../store/generation-store.ts'
import { namedStore } from '../store/named-store.ts'
import { PATHS_AS_NAMES, type ProjectNames } from '../store/project-names.ts'
import { type LocationOptions, locateRegistry, type RegistryLocation } from '../store/registry-location.ts'
import type { RegistryStore } from '../store/registry-store.ts'
import { emitWarningOnce, type WarningListener } from '../store/registry-warning.ts'
import { RegistryWriter } from '../store/registry-writer.ts'
import { WriteQueue } from '../store/write-queue.ts'
import { configuredRanges, rangesOf } from './configured-ranges.ts'
import { EngineWatch, SURVEY_TIMEOUT_MS } from './engine-watch.ts'
import { ephemeralRange, rangeFindings } from './range-findings.ts'

/** How long writers wait for others by default, in ms: on one machine, and where many machines share a server. */
const TIMEOUT_MS = 5_000
const SHARED_TIMEOUT_MS = 30_000

/** How a registry is opened. Everything has a default. */
export interface PortRegistryOptions extends LocationOptions {
  /** Where the registry is kept. Default: where `registryPath` says. */
  readonly store?: RegistryStore | undefined
  /**
   * Where superserver ports lie, both ends included. With the first port that is assigned, the registry remembers it for
   * all who name none. Default: `IRIS_DEVTESTER_PORT_RANGE`, what the registry remembers, or 1972 to 1981.
   */
  readonly portRange?: PortRange | undefined
  /**
   * Where the other services' ports lie, remembered like {@link portRange}. Default for `iris-web`:
   * `IRIS_DEVTESTER_WEB_PORT_RANGE`, else as many ports from 52773 on as there are superserver ports; for applications
   * `IRIS_DEVTESTER_NODE_PORT_RANGE` and so on.
   */
  readonly ranges?: Partial<ServiceRanges> | undefined
  /** How long to wait for other writers, in ms. Default 5,000; 30,000 where several machines use the registry. */
  readonly lockTimeoutMs?: number | undefined
  /** Whether to ask the container engine which ports its containers hold. Default `auto`: if one answers. */
  readonly docker?: 'auto' | false | undefined
  /** How long the engine may take to answer, in ms. Default 2,000. */
  readonly dockerTimeoutMs?: number | undefined
  /** Default: `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>> | undefined
  /** Hears of what could not be checked or was found damaged. Default: Node's own warnings. */
  readonly onWarning?: WarningListener | undefined
}

/** What the registry's operations share. */
export interface RegistryParts {
  /** Where this machine keeps what belongs to the registry; all of it where the registry is a folder. */
  readonly location: RegistryLocation
  /** Whether the registry is a folder of files. */
  readonly isFolder: boolean
  readonly projects: ProjectNames
  readonly env: Readonly<Record<string, string | undefined>>
  /** The ranges that the options and the environment name. */
  readonly configured: Partial<ServiceRanges>
  /** The ranges that hold, the remembered ones among them. */
  readonly rangesOf: (document: Pick<RegistryDocument, 'ranges'>) => ServiceRanges
  readonly store: RegistryStore
  readonly writer: RegistryWriter
  /** `undefined` where no engine is to be asked. */
  readonly watch: EngineWatch | undefined
  readonly warn: WarningListener
  /** Tells, once, what may go wrong with the ranges that were configured. */
  readonly warnOfRanges: (document: Pick<RegistryDocument, 'ranges'>) => void
}

export function assembleParts(options: PortRegistryOptions): RegistryParts {
  const { docker = 'auto', onWarning: warn = emitWarningOnce } = options
  const location = locateRegistry(options)
  const other = options.store ?? namedStore(options)
  const lockTimeoutMs = options.lockTimeoutMs ?? (other?.isShared ? SHARED_TIMEOUT_MS : TIMEOUT_MS)
  const store = other ?? new GenerationStore(location, warn)
  const queue = other ? new StoreQueue(other, lockTimeoutMs) : new WriteQueue(location, lockTimeoutMs)
  const env = options.env ?? process.env
  const configured = configuredRanges(options, env)
  resolveRanges(configured)
  let unreported = Object.keys(configured).map(requireService)
  return {
    location,
    isFolder: other === undefined,
    env,
    projects: other?.projects ?? PATHS_AS_NAMES,
    configured,
    rangesOf: (document) => rangesOf(document, configured),
    store,
    writer: new RegistryWriter(store as RegistryStore, queue, lockTimeoutMs),
    watch:
      docker === false
        ? undefined
        : new EngineWatch(options.env ?? process.env, options.dockerTimeoutMs ?? SURVEY_TIMEOUT_MS),
    warn,
    warnOfRanges: (document) => {
      if (unreported.length === 0) return
      for (const finding of rangeFindings(rangesOf(document, configured), unreported, ephemeralRange())) warn(finding)
      unreported = []
    },
  }
}
