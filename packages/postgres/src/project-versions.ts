/** How many changes are kept beside what they change, before all of it is put together again. */
const LAYERS = 16

/** The version of each project, as of one moment. What comes next shares what it doesn't change with what was before. */
export class ProjectVersions {
  readonly #own: ReadonlyMap<string, string>
  readonly #before: ProjectVersions | undefined
  readonly #layers: number

  constructor(own: ReadonlyMap<string, string>, before?: ProjectVersions) {
    this.#before = before && before.#layers < LAYERS ? before : undefined
    this.#own = before && !this.#before ? new Map([...before.#all(), ...own]) : own
    this.#layers = this.#before ? this.#before.#layers + 1 : 1
  }

  get(project: string): string | undefined {
    return this.#own.get(project) ?? this.#before?.get(project)
  }

  /** With the versions of some projects replaced. */
  with(versions: ReadonlyMap<string, string>): ProjectVersions {
    return versions.size === 0 ? this : new ProjectVersions(versions, this)
  }

  #all(): Map<string, string> {
    const before = this.#before
    return before ? new Map([...before.#all(), ...this.#own]) : new Map(this.#own)
  }
}
