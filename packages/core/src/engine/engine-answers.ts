/** What the engine says of a container in a list. Only what is read here. */
export interface ContainerSummary {
  readonly Id: string
  readonly Names: readonly string[]
  readonly Image: string
  readonly ImageID: string
  /** When it was made, in Unix seconds. */
  readonly Created: number
  readonly State: ContainerStatus
  readonly Labels: Readonly<Record<string, string>>
  /** Empty for a container that isn't running, whatever its configuration says. */
  readonly Ports: readonly PublishedPort[]
}

/** What a container does, in the engine's own words. */
export type ContainerStatus = 'created' | 'running' | 'paused' | 'restarting' | 'removing' | 'exited' | 'dead'

export interface PublishedPort {
  readonly IP?: string
  readonly PrivatePort: number
  readonly PublicPort?: number
  readonly Type: 'tcp' | 'udp' | 'sctp'
}

/** What the engine says of one container. */
export interface ContainerInspection {
  readonly Id: string
  readonly Name: string
  readonly Created: string
  readonly Config: {
    readonly Image: string
    readonly Cmd: readonly string[] | null
    /** `NAME=value` */
    readonly Env?: readonly string[] | null
    readonly Labels: Readonly<Record<string, string>> | null
  }
  readonly State: {
    readonly Status: ContainerStatus
    readonly Running: boolean
    readonly Paused: boolean
    readonly OOMKilled: boolean
    readonly ExitCode: number
    readonly Error: string
    /** ISO 8601 with nanoseconds; `0001-01-01T00:00:00Z` when it never ran. */
    readonly StartedAt: string
    readonly FinishedAt: string
  }
  readonly HostConfig: { readonly PortBindings: PortBindings | null }
  readonly NetworkSettings: {
    readonly Ports: PortBindings | null
    /** By the networks' names. */
    readonly Networks?: Readonly<Record<string, object>> | null
  }
}

/** From `1972/tcp` to the host's addresses. */
export type PortBindings = Readonly<
  Record<string, readonly { readonly HostIp: string; readonly HostPort: string }[] | null>
>

export interface NetworkSummary {
  readonly Id: string
  readonly Name: string
  /** ISO 8601, with nanoseconds. */
  readonly Created: string
  readonly Labels: Readonly<Record<string, string>>
}

export interface ImageInspection {
  readonly Id: string
  readonly RepoTags: readonly string[] | null
  readonly Architecture: string
  readonly Os: string
}

/** What the engine says has happened to a container. */
export interface ContainerEvent {
  readonly Action: string
  readonly Actor: { readonly ID: string }
}

/** What a running container uses, as the engine counts it. What an engine can't count is missing. */
export interface ContainerStats {
  /** ISO 8601, with nanoseconds. */
  readonly read: string
  readonly cpu_stats: CpuStats
  readonly precpu_stats: CpuStats
  readonly memory_stats: {
    /** In bytes, the cache of files among them. */
    readonly usage?: number
    /** In bytes. */
    readonly limit?: number
    readonly stats?: Readonly<Record<string, number>>
  }
}

/** Counters of time, in ns. */
export interface CpuStats {
  readonly cpu_usage: { readonly total_usage: number }
  readonly system_cpu_usage?: number
  readonly online_cpus?: number
}
