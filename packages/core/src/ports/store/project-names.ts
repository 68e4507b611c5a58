/** What a registry calls its projects. */
export interface ProjectNames {
  /** The name of the project in a folder, or with a name that this gave before. */
  nameOf(path: string): string
}

/** A registry of one machine calls a project by its path. */
export const PATHS_AS_NAMES: ProjectNames = { nameOf: (path) => path }
