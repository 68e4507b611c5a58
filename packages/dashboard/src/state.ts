/** What the page shows of a registry and its engine at one moment. Plain data: it is sent to the browser as it is. */
export interface DashboardState {
  readonly about: About
  /** By the service's name. */
  readonly ranges: Readonly<Record<string, RangeState>>
  /** By the project's name, without its instance. */
  readonly projects: Readonly<Record<string, ProjectState>>
}

/** Where the facts come from, and what is the matter with it. */
export interface About {
  readonly registry: string
  /** How the command line is called here. */
  readonly command: string
  /** Whether several machines use the registry. */
  readonly isShared: boolean
  /** This machine's name in a shared registry. */
  readonly machine: string
  readonly engine: string
  /** Why the registry can't be read, in a sentence; what is shown of it is what was read last. */
  readonly registryProblem?: string
  /** Why the engine doesn't answer, in a sentence; what is shown of it is what it said last. */
  readonly engineProblem?: string
  /** Whether the processes that listen on ports can be seen on this system. */
  readonly seesProcesses: boolean
}

/** The map of a service's ports. */
export interface RangeState {
  readonly service: string
  readonly first: number
  readonly last: number
  /** Every port of the range, in order; free ports that follow each other are one cell. */
  readonly cells: readonly PortCell[]
}

export type PortUse = 'free' | 'assigned' | 'remembered' | 'container' | 'process' | 'system'

/** One port, or several free ones. */
export interface PortCell {
  readonly from: number
  readonly to: number
  readonly use: PortUse
  /** Who has it: a project, a container, a process. */
  readonly who?: string
  /** The project's name, where it is one's. */
  readonly project?: string
  /** ISO 8601. */
  readonly since?: string
  /** What else there is to say, in a few words. */
  readonly note?: string
}

/** A project with all its instances. */
export interface ProjectState {
  readonly name: string
  /** The folder's last part. */
  readonly title: string
  readonly folder: string
  /** The machine it is on, where several use the registry; empty for one that has none. */
  readonly machine?: string
  readonly isFolderGone?: true
  /** By the instance's name; `main` first. */
  readonly instances: readonly InstanceState[]
}

/** One IRIS of a project, and the ports of the project where it is the main one. */
export interface InstanceState {
  /** What the registry calls it. */
  readonly name: string
  readonly instance: string
  readonly ports: readonly AssignedPort[]
  readonly containers: readonly ContainerState[]
  readonly runs: readonly RunState[]
}

export interface AssignedPort {
  readonly service: string
  readonly port: number
  readonly type: string
  readonly since: string
  readonly until?: string
}

export interface ContainerState {
  readonly id: string
  readonly name: string
  readonly image: string
  /** In the engine's word; `gone` where only the registry knows of it. */
  readonly state: string
  readonly port: number
  readonly webPort: number
  readonly keep?: string
  readonly idleTimeoutMs?: number
  /** ISO 8601. */
  readonly idleSince?: string
  /** Whether a test has made it for itself. */
  readonly isTests?: true
  /** Whether the registry records that it was ready. */
  readonly isReady: boolean
}

export interface RunState {
  readonly id: string
  readonly runner: string
  readonly pid: number
  readonly host: string
  /** ISO 8601. */
  readonly since: string
  readonly workers?: number
  readonly namespaces: readonly string[]
  /** Whether it has no container yet: it prepares one, or waits for another run that does. */
  readonly isStarting?: true
}

/** What has changed since the state that was sent before. */
export interface StateChange {
  readonly about?: About
  /** `null` for what is gone. */
  readonly ranges?: Readonly<Record<string, RangeState | null>>
  readonly projects?: Readonly<Record<string, ProjectState | null>>
}

/** What a look at one instance gives. */
export interface InstanceDetails {
  /** Absent where it has no running container, or the engine is away. */
  readonly connection?: {
    readonly host: string
    readonly port: number
    readonly webPort: number
    readonly namespace: string
    readonly username: string
    /** The address of IRIS without the password. */
    readonly url: string
  }
  readonly portal?: string
  readonly namespaces?: readonly string[]
  /** Why there are no namespaces, in a sentence. */
  readonly namespacesProblem?: string
  /** The newest first. */
  readonly starts: readonly StartDetails[]
  /** The newest first. */
  readonly history: readonly HistoryEntry[]
}

/** Where the time of one start went. */
export interface StartDetails {
  /** ISO 8601. */
  readonly at: string
  readonly runner: string
  /** What the failure's code was; absent for one that came to its end. */
  readonly failure?: string
  readonly phases: readonly { readonly phase: string; readonly ms: number }[]
}

/** One change of the registry. */
export interface HistoryEntry {
  readonly at: string
  readonly action: string
  readonly port: number
  readonly service: string
  readonly reason: string
  readonly project: string
}

export type ActionName = 'end' | 'restart' | 'release' | 'prune' | 'reset'

/** What an action would touch. */
export interface ActionPreview {
  /** Each in a sentence. */
  readonly touches: readonly string[]
  /** Live runs that use it: it is done only if its name is typed. */
  readonly runs: readonly string[]
  /** What has to be typed; absent where nothing has. */
  readonly confirm?: string
  /** Why there is nothing to do, in a sentence. */
  readonly nothing?: string
  /** Passed back with the action, so that no more is touched than was shown. */
  readonly ids?: readonly string[]
}

/** What an action did. */
export interface ActionResult {
  readonly lines: readonly string[]
  /** What the registry recorded of it, the newest first. */
  readonly events: readonly HistoryEntry[]
}

/** A statement's rows. */
export interface SqlAnswer {
  readonly columns: readonly string[]
  readonly rows: readonly (readonly string[])[]
  readonly isCut: boolean
}

/** One line of a container's output. */
export interface LogLine {
  readonly text: string
  readonly isFatal?: true
}

/** What a container used at one moment. */
export interface Usage {
  /** Of one processor, in percent. */
  readonly cpu: number
  /** In bytes. */
  readonly memory: number
  /** In bytes; `0` where it isn't known. */
  readonly limit: number
}

/** What the server answers instead, when something can't be done. */
export interface Refusal {
  readonly error: string
  readonly message: string
  readonly hint?: string
}
