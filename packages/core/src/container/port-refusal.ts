/**
 * Whether an engine's words mean that a port could not be bound: another container has it, another process has it, or the
 * system keeps it to itself. All come as plain HTTP 500.
 */
export function isPortRefusal(reason: string): boolean {
  return /port is already allocated|address already in use|ports are not available|forbidden by its access permissions/i.test(
    reason,
  )
}

/** The host port an engine's refusal names: `Bind for 127.0.0.1:1972 failed`, `listen tcp4 0.0.0.0:1972: bind: …`. */
export function refusedPort(reason: string): number | undefined {
  const port = /(?:[\d.]+|\]|\*):(\d{2,5})\b/.exec(reason)?.[1]
  return port === undefined ? undefined : Number(port)
}
