import {
  cliCommand,
  type KnownListeners,
  listListeners,
  machineName,
  type PortRange,
  type RegistryDocument,
} from '@iris-devtester/core/ports'
import { buildState } from './build-state.ts'
import type { DashboardParts } from './operations.ts'
import type { Listener } from './port-map.ts'
import type { DashboardState, StateChange } from './state.ts'
import { stateChange } from './state-change.ts'
import { type EngineView, watchEngine } from './watch-engine.ts'
import { watchRegistry } from './watch-registry.ts'

type Viewer = (change: StateChange) => void
type SeenEngine = Exclude<EngineView, { readonly problem: string }>

/**
 * The state that all viewers see. However many there are, the registry is watched once and the engine is asked once; while
 * there are none, neither is.
 */
export class LiveState {
  readonly #parts: DashboardParts
  readonly #viewers = new Set<Viewer>()
  readonly #known: KnownListeners = new Map()
  #watching: { readonly controller: AbortController; readonly ended: Promise<unknown> } | undefined
  #registry: { readonly document: RegistryDocument; readonly ranges: Readonly<Record<string, PortRange>> } | undefined
  #registryProblem: string | undefined
  #engine: SeenEngine | undefined
  #engineProblem: string | undefined
  /** Whether the engine has been heard of since the watch began. */
  #isAsked = false
  #state: DashboardState | undefined

  constructor(parts: DashboardParts) {
    this.#parts = parts
  }

  get viewers(): number {
    return this.#viewers.size
  }

  /** The engine that answered last. */
  get engine(): SeenEngine['engine'] | undefined {
    return this.#engineProblem === undefined ? this.#engine?.engine : undefined
  }

  /** The instance's containers, as they were seen last. */
  containersOf(project: string): SeenEngine['projectContainers'] {
    return this.#engine?.projectContainers.filter((one) => one.projectPath === project) ?? []
  }

  /** Tells the viewer the whole state, then what changes. @returns what ends that */
  view(viewer: Viewer): () => void {
    this.#viewers.add(viewer)
    if (this.#watching === undefined) this.#begin()
    else if (this.#state) viewer(this.#state)
    return () => {
      this.#viewers.delete(viewer)
      if (this.#viewers.size === 0) void this.close()
    }
  }

  /** Ends the watch; the next viewer begins it anew. */
  async close(): Promise<void> {
    const watching = this.#watching
    this.#watching = undefined
    this.#state = undefined
    this.#isAsked = false
    watching?.controller.abort()
    await watching?.ended
  }

  #begin(): void {
    const controller = new AbortController()
    const { signal } = controller
    const { registry, findEngine } = this.#parts
    const ended = Promise.all([
      watchRegistry(
        registry,
        (view) => {
          if ('document' in view) this.#registry = view
          this.#registryProblem = 'problem' in view ? view.problem : undefined
          this.#publish()
        },
        signal,
      ),
      watchEngine({
        registry,
        findEngine,
        signal,
        seen: (view) => {
          this.#isAsked = true
          if ('engine' in view) this.#engine = view
          this.#engineProblem = 'problem' in view ? view.problem : undefined
          this.#publish()
        },
      }),
    ])
    this.#watching = { controller, ended }
  }

  #publish(): void {
    const { registry } = this.#parts
    // Half a page would look as if there were nothing.
    if (!this.#isAsked || (this.#registry === undefined && this.#registryProblem === undefined)) return
    const { document, ranges } = this.#registry ?? { document: NOTHING, ranges: {} }
    const listeners = this.#listeners(ranges)
    const state = buildState({
      about: {
        registry: registry.registryPath,
        command: cliCommand(),
        isShared: registry.isShared,
        machine: registry.isShared ? machineName() : '',
        engine: this.#engine?.engine.address ?? '',
        seesProcesses: listeners !== undefined,
        ...(this.#registryProblem === undefined ? {} : { registryProblem: this.#registryProblem }),
        ...(this.#engineProblem === undefined ? {} : { engineProblem: this.#engineProblem }),
      },
      document,
      ranges,
      listeners: listeners ?? [],
      containers: this.#engine?.containers ?? [],
      projectContainers: this.#engine?.projectContainers ?? [],
    })
    const change = stateChange(this.#state, state)
    this.#state = state
    if (change) for (const viewer of this.#viewers) viewer(change)
  }

  #listeners(ranges: Readonly<Record<string, PortRange>>): readonly Listener[] | undefined {
    const all = Object.values(ranges)
    return listListeners((port) => all.some(([first, last]) => port >= first && port <= last), this.#known)
  }
}

/** A registry that could not be read yet. */
const NOTHING: RegistryDocument = {
  schema_version: '1.0',
  created_at: new Date(0).toISOString(),
  generation: 0,
  transactions: [],
  assignments: [],
  service_assignments: [],
  remembered: [],
  imported: [],
  folders: {},
  system: {},
  leases: [],
  containers: {},
  history: [],
}
