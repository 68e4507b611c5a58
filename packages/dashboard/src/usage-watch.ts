import type { ContainerAccess, ContainerStats } from '@iris-devtester/core'
import type { Usage } from './state.ts'

/** How many samples are kept for who comes later: about two minutes. */
const KEPT = 120

type Viewer = (samples: readonly Usage[]) => void

interface Watched {
  readonly viewers: Set<Viewer>
  readonly samples: Usage[]
  readonly controller: AbortController
}

/** What containers use: one stream of the engine for each container that somebody looks at, however many look. */
export class UsageWatch {
  readonly #watched = new Map<string, Watched>()

  /** Tells what was sampled so far, then each sample. @returns what ends that */
  view(engine: ContainerAccess['engine'], id: string, viewer: Viewer): () => void {
    const watched = this.#watched.get(id) ?? this.#begin(engine, id)
    watched.viewers.add(viewer)
    if (watched.samples.length > 0) viewer(watched.samples)
    return () => {
      watched.viewers.delete(viewer)
      if (watched.viewers.size === 0) this.#end(id, watched)
    }
  }

  #begin(engine: ContainerAccess['engine'], id: string): Watched {
    const watched: Watched = { viewers: new Set(), samples: [], controller: new AbortController() }
    this.#watched.set(id, watched)
    const follow = async () => {
      for await (const stats of engine.followStats(id, watched.controller.signal)) {
        const usage = usageOf(stats)
        if (usage === undefined) continue
        watched.samples.push(usage)
        if (watched.samples.length > KEPT) watched.samples.shift()
        for (const viewer of watched.viewers) viewer([usage])
      }
    }
    void follow()
      // The container has ended, or the engine is away: the state says so.
      .catch(() => {})
      .finally(() => this.#end(id, watched))
    return watched
  }

  #end(id: string, watched: Watched): void {
    if (this.#watched.get(id) === watched) this.#watched.delete(id)
    watched.controller.abort()
  }
}

/** What one sample says; `undefined` where it says nothing of the memory, as of a container that has ended. */
export function usageOf({ cpu_stats, precpu_stats, memory_stats }: ContainerStats): Usage | undefined {
  const { usage, limit = 0, stats = {} } = memory_stats
  if (usage === undefined) return undefined
  const used = cpu_stats.cpu_usage.total_usage - precpu_stats.cpu_usage.total_usage
  const passed = (cpu_stats.system_cpu_usage ?? 0) - (precpu_stats.system_cpu_usage ?? 0)
  const isFirst = precpu_stats.system_cpu_usage === undefined || passed <= 0 || used < 0
  const cpu = isFirst ? 0 : (used / passed) * (cpu_stats.online_cpus ?? 1) * 100
  // The cache of files is given back when it is needed.
  const cache = stats.inactive_file ?? stats.total_inactive_file ?? 0
  return { cpu: Math.round(cpu * 10) / 10, memory: Math.max(0, usage - cache), limit }
}
