/** How many changes are kept beside what they change, before all of it is put together again. */
const LAYERS = 16

/** The version of each project, as of one moment. What comes next shares what it doesn't change with what was before. */
export class ProjectVersions {
  readonly #own: ReadonlyMap<string, string>
  readonly #before: ProjectVersions | undefined
  readonly #layers: number

  constructor(own: ReadonlyMap<string, string>, before?: ProjectVersions) {
    this.#before = before && before.#layers < LAYERS ? before : undefined
    this.#own = before && !this.#before ? before.#allWith(own) : own
    this.#layers = this.#before ? this.#before.#layers + 1 : 1
  }

  get(project: string): string | undefined {
    return this.#own.get(project) ?? this.#before?.get(project)
  }

  /** With the versions of some projects replaced. */
  with(versions: ReadonlyMap<string, string>): ProjectVersions {
    return versions.size === 0 ? this : new ProjectVersions(versions, this)
  }

  #allWith(own: ReadonlyMap<string, string>): Map<string, string> {
    const layers = [own]
    for (let one: ProjectVersions | undefined = this; one; one = one.#before) layers.push(one.#own)
    const all = new Map(layers.pop())
    for (const layer of layers.reverse()) for (const [project, version] of layer) all.set(project, version)
    return all
  }
}
