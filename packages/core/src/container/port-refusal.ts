import { EngineError } from '../engine/engine-error.ts'
import { PortConflictError } from '../ports/document/port-registry-error.ts'

/**
 * Whether an engine's words mean that a port could not be bound: another container has it, another process has it, or the
 * system keeps it to itself. All come as plain HTTP 500.
 */
export function isPortRefusal(reason: string): boolean {
  return /port is already allocated|address already in use|ports are not available|forbidden by its access permissions/i.test(
    reason,
  )
}

/**
 * The host port an engine's refusal names: `Bind for 127.0.0.1:1972 failed`, `Bind for :::1972 failed`,
 * `listen tcp4 0.0.0.0:1972: bind: …`, `listen tcp [::1]:1972: bind: …`.
 */
export function refusedPort(reason: string): number | undefined {
  const port = /:(\d{1,5})(?=[\s:/]|$)/.exec(reason)?.[1]
  return port === undefined ? undefined : Number(port)
}

/** The engine's words when it refused to bind a port. */
export function portRefusalIn(error: unknown): string | undefined {
  if (!(error instanceof EngineError)) return undefined
  const reason = String(error.details.reason ?? '')
  return isPortRefusal(reason) ? reason : undefined
}

/** The conflict that a refused port is where nothing else will do, as nobody keeps a registry. */
export function portConflict(reason: string, port: number | undefined, cause: unknown): PortConflictError {
  const named = port === undefined ? 'A port' : `Port ${port}`
  return new PortConflictError({
    code: 'PORT_IN_USE',
    message: `${named} of this machine is in use, so the container engine can't publish IRIS on it: ${reason.trim()}`,
    hint: `See which container has it: docker ps --filter publish=${port ?? '<port>'}\nSee which program has it: lsof -nP -i :${port ?? '<port>'}\nOr let a registry choose a free one: .withPortRegistry(new PortRegistry())`,
    details: { port, reason },
    cause,
  })
}
