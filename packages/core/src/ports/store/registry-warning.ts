/** What the registry couldn't do or found out of order without having to give up. */
export interface RegistryWarning {
  /** What it is about, for programs. */
  readonly code:
    | 'DOCKER_NOT_CHECKED'
    | 'VIEW_IGNORED'
    | 'VIEW_NOT_PUBLISHED'
    | 'REGISTRY_QUARANTINED'
    | 'REGISTRY_NOT_RESTORED'
    | 'RANGE_CHANGED'
    | 'RANGE_IS_EPHEMERAL'
    | 'RANGES_OVERLAP'
  /** What is the matter and what follows, in plain sentences. */
  readonly message: string
  /** The facts behind the message. */
  readonly details: Readonly<Record<string, unknown>>
}

/** Hears of a warning. */
export type WarningListener = (warning: RegistryWarning) => void

const emitted = new Set<string>()

/** Tells the user through Node's own warnings, each thing once in a process. */
export function emitWarningOnce({ code, message }: RegistryWarning): void {
  if (emitted.has(message)) return
  emitted.add(message)
  process.emitWarning(message, { type: 'IrisDevtesterWarning', code })
}
