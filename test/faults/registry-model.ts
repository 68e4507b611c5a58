import type { AssignmentType } from '../../packages/core/src/ports/index.ts'

/** One assignment, in the model. */
export interface ModelAssignment {
  readonly port: number
  readonly type: AssignmentType
}

/** The registry, as simple as it can be said: no files, no processes, nothing but who has which port. */
export class RegistryModel {
  readonly first: number
  readonly last: number
  readonly assigned = new Map<string, ModelAssignment>()
  /** The port each project had last, the longest unused first. */
  readonly remembered = new Map<string, number>()

  constructor(first: number, last: number) {
    this.first = first
    this.last = last
  }

  /** The port an automatic request gets, `undefined` when there is none. */
  expected(project: string): number | undefined {
    const known = this.assigned.get(project)
    if (known) return known.port
    const free = this.#ports().filter((port) => !this.holderOf(port))
    const own = this.remembered.get(project)
    if (own !== undefined && free.includes(own)) return own
    const others = [...this.remembered].filter(([name]) => name !== project).map(([, port]) => port)
    // Two projects may remember one port: the later of them counts.
    const longestUnused = [...new Set(others.toReversed())].toReversed().filter((port) => free.includes(port))
    return free.find((port) => !others.includes(port)) ?? longestUnused[0]
  }

  holderOf(port: number): string | undefined {
    return [...this.assigned].find(([, one]) => one.port === port)?.[0]
  }

  assign(project: string, port: number, type: AssignmentType): void {
    this.assigned.set(project, { port, type })
    this.remembered.delete(project)
  }

  release(project: string): void {
    const port = this.assigned.get(project)?.port
    this.assigned.delete(project)
    this.remembered.delete(project)
    if (port !== undefined) this.remembered.set(project, port)
  }

  clear(): void {
    this.assigned.clear()
    this.remembered.clear()
  }

  #ports(): number[] {
    return Array.from({ length: this.last - this.first + 1 }, (_, index) => this.first + index)
  }
}
