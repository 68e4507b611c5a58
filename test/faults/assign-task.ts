/** What an assigner is asked for. */
export interface AssignTask {
  readonly registryPath: string
  readonly projects: readonly string[]
  /** When to begin, in ms since 1970, so that all begin together. */
  readonly at: number
}

/** What it was given, or the code of the error it met, for each project; and how long each took, in ms. */
export interface AssignAnswer {
  readonly grants: readonly { readonly project: string; readonly port?: number; readonly error?: string }[]
  readonly millis: readonly number[]
}

export const RANGE = [21_000, 22_999] as const
