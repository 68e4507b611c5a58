/** What a test wants of one stand-in container, from its environment. */
export interface Switches {
  /** From the start to "...started", in ms. */
  readonly bootMs: number
  readonly licenseExpired: 'expired' | 'core' | undefined
  readonly startupAborted: boolean
  /** Ends the start half-way with this code; with `crashAfterMs` it is the crash's code. */
  readonly exitCode: number | undefined
  /** Never says that it has started, and never lets anybody in. */
  readonly silent: boolean
  /** Added to every answer, in ms. */
  readonly slowMs: number
  /** From "...started" to the crash, in ms. */
  readonly crashAfterMs: number | undefined
  readonly refuseLogins: boolean
  readonly licenseUnits: number
  /** How long a web session without further calls keeps its licence unit, in ms. */
  readonly licenseHoldMs: number
  /** The superserver accepts and then never says a word. */
  readonly noHandshake: boolean
  /** The merge file is "completed successfully", though nothing was done. */
  readonly ignoreMerge: boolean
  readonly outOfMemory: boolean
  /** A table whose rows another process holds a lock on, so that nobody may change them: `Schema.Table`. */
  readonly lockedTable: string | undefined
  /** The install directory. */
  readonly home: string
  readonly superserverPort: number
  readonly webPort: number
}

const KNOWN = new Set(
  `BOOT_MS LICENSE_EXPIRED STARTUP_ABORTED EXIT_CODE SILENT SLOW_MS CRASH_AFTER_MS REFUSE_LOGINS LICENSE_UNITS
  LICENSE_HOLD_MS NO_HANDSHAKE IGNORE_MERGE OUT_OF_MEMORY LOCKED_TABLE FREE_DISK_MB HOME SUPERSERVER_PORT WEB_PORT`.split(
    /\s+/,
  ),
)

/**
 * Reads the `STANDIN_…` variables.
 *
 * @throws Error for one that doesn't exist or whose value has the wrong form: a test's typing error must not pass as "no failure".
 */
export function readSwitches(env: Readonly<Record<string, string | undefined>>): Switches {
  for (const name of Object.keys(env)) {
    if (name.startsWith('STANDIN_') && !KNOWN.has(name.slice('STANDIN_'.length))) {
      throw new Error(
        `The stand-in has no switch ${name}. It has: ${[...KNOWN].map((known) => `STANDIN_${known}`).join(', ')}`,
      )
    }
  }
  const flag = (name: string): boolean => !['', '0', 'false', undefined].includes(env[`STANDIN_${name}`])
  const optional = (name: string): number | undefined => {
    const text = env[`STANDIN_${name}`]
    if (text === undefined || text === '') return undefined
    if (!/^\d+$/.test(text)) throw new Error(`STANDIN_${name} must be a whole number, not ${JSON.stringify(text)}.`)
    return Number(text)
  }
  return {
    bootMs: optional('BOOT_MS') ?? 300,
    licenseExpired: flag('LICENSE_EXPIRED') ? (env.STANDIN_LICENSE_EXPIRED === 'core' ? 'core' : 'expired') : undefined,
    startupAborted: flag('STARTUP_ABORTED'),
    exitCode: optional('EXIT_CODE'),
    silent: flag('SILENT'),
    slowMs: optional('SLOW_MS') ?? 0,
    crashAfterMs: optional('CRASH_AFTER_MS'),
    refuseLogins: flag('REFUSE_LOGINS'),
    licenseUnits: optional('LICENSE_UNITS') ?? 8,
    licenseHoldMs: optional('LICENSE_HOLD_MS') ?? 60_000,
    noHandshake: flag('NO_HANDSHAKE'),
    ignoreMerge: flag('IGNORE_MERGE'),
    outOfMemory: flag('OUT_OF_MEMORY'),
    lockedTable: env.STANDIN_LOCKED_TABLE || undefined,
    home: env.STANDIN_HOME ?? '/usr/irissys',
    superserverPort: optional('SUPERSERVER_PORT') ?? 1972,
    webPort: optional('WEB_PORT') ?? 52773,
  }
}
