import { constants } from 'node:os'

/** What the process ends with: 0 done, 1 failed, 2 wrong usage, 3 nothing to do or nothing found. */
export const EXIT = { done: 0, failed: 1, usage: 2, nothing: 3 } as const

const USAGE_CODES = new Set([
  'CONFIRMATION_NEEDED',
  'IMPORT_UNREADABLE',
  'INVALID_INSTANCE',
  'INVALID_PORT',
  'INVALID_PROJECT_PATH',
  'INVALID_RANGE',
  'OPTION_INVALID',
  'OPTION_UNKNOWN',
  'PORT_OUT_OF_RANGE',
  'REGISTRY_ADDRESS_INVALID',
  'REGISTRY_HOME_INVALID',
  'SETTING_INVALID',
  'SYSTEM_RESERVED',
  'UNKNOWN_SERVICE',
  'USAGE',
])
const NOTHING_CODES = new Set(['ASSIGNMENT_NOT_FOUND', 'CONTAINER_NOT_FOUND', 'NO_RUNNER_FOUND'])

/** The exit code for an error. */
export function exitCodeFor(error: unknown): number {
  const { code, details } = (error ?? {}) as {
    code?: unknown
    details?: { signal?: NodeJS.Signals; problem?: unknown }
  }
  if (typeof code !== 'string') return EXIT.failed
  if (code === 'INTERRUPTED' && details?.signal) return exitCodeForSignal(details.signal)
  // What shells give for a command that isn't there, and for one that can't be executed.
  if (code === 'COMMAND_NOT_STARTED') return details?.problem === 'ENOENT' ? 127 : 126
  if (USAGE_CODES.has(code)) return EXIT.usage
  return NOTHING_CODES.has(code) ? EXIT.nothing : EXIT.failed
}

/** 128 and the signal's number: what shells give for a process that a signal has ended. */
export function exitCodeForSignal(signal: NodeJS.Signals): number {
  return 128 + (constants.signals[signal] ?? 0)
}
