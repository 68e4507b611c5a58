/** Something about the registry that isn't as it should be, or that is good to know. */
export interface RegistryFinding {
  /** Stable, machine-readable: `VIEW_BEHIND`. */
  readonly code: string
  /** How bad it is. */
  readonly severity: 'error' | 'warning' | 'info'
  /** What is the matter. */
  readonly message: string
  /** What to do about it, with a command that exists. */
  readonly remedy: string
  /** Whether `repairRegistry` takes care of it. */
  readonly isRepairable: boolean
  /** The facts behind the message. */
  readonly details: Readonly<Record<string, unknown>>
}

/** What makes `repairRegistry` worth calling, as a command. */
export const REPAIR = 'npx iris-devtester ports doctor --repair'
