import { type ContainerRecord, currentProcess, type ProcessIdentity } from '@iris-devtester/core/ports'

/** Marks a host that is another machine, although it has the same host name. */
const MARK = '~'

let known: string | undefined

/** This machine as processes on it are identified. It is asked of the system once: it stays the same while a process runs. */
export function ownHost(): string {
  known ??= currentProcess().host
  return known
}

/**
 * The identity as this machine is to see it. On a machine's own registry, a host of the same name with another boot id is
 * an earlier boot of it; here it may be another machine, whose processes can be judged by their renewals alone.
 */
export function markForeign(identity: ProcessIdentity): ProcessIdentity {
  const own = ownHost()
  if (identity.host === own || identity.host.split('/')[0] !== own.split('/')[0]) return identity
  return { ...identity, host: `${MARK}${identity.host}` }
}

/** The identity as it is on the server. */
export function unmark(identity: ProcessIdentity): ProcessIdentity {
  return identity.host.startsWith(MARK) ? { ...identity, host: identity.host.slice(1) } : identity
}

/** Applies `change` to each process that a record names. */
export function mapProcesses<T extends object>(record: T, change: (identity: ProcessIdentity) => ProcessIdentity): T {
  const mapped = { ...record } as Record<string, unknown>
  for (const key of ['process', 'closing', 'loading', 'swept_by']) {
    if (mapped[key]) mapped[key] = change(mapped[key] as ProcessIdentity)
  }
  const { set_aside, applying } = mapped as Pick<ContainerRecord, 'set_aside' | 'applying'>
  if (set_aside) mapped.set_aside = { ...set_aside, by: change(set_aside.by) }
  if (applying) mapped.applying = { ...applying, process: change(applying.process) }
  return mapped as T
}
