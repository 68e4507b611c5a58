import { setTimeout as sleep } from 'node:timers/promises'
import { connectionInfo } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { IrisContainerError } from '../../container/container-error.ts'
import { copyIn } from '../../container/container-files.ts'
import { FOLDER, MERGE_FILE } from '../../container/create-request.ts'
import { DEFAULT_SETTINGS } from '../../container/iris-settings.ts'
import { logIn } from '../../container/log-in.ts'
import { liveMergeFile, mergeFile } from '../../container/merge-file.ts'
import { readSettings, settingsFile } from '../../container/settings-file.ts'
import {
  differingLive,
  type Fingerprints,
  fingerprint,
  formatFingerprints,
  parseFingerprints,
} from '../../container/settings-fingerprints.ts'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { currentProcess, livenessOf, type ProcessIdentity } from '../../process/process-identity.ts'
import { type Credentials, credentialsFor } from '../book/credentials.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeContainer, holdersOf, isLive } from '../book/lease-book.ts'
import { busy } from './hold-refusals.ts'

const LIVE_FILE = `${FOLDER}/live.cpf`
const TIMEOUT_MS = 60_000
/** How often a run looks whether it is its turn, in ms. */
const POLL_MS = 50

/** A container that is ready, and how it is reached. */
export interface ReadyContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly port: number
  readonly webPort: number
}

/**
 * Gives the connection that a run uses, after the container has taken the namespace, user and password that the run asks
 * for and it doesn't have yet. The data in it stays.
 *
 * @param own the container's own settings.
 * @throws LeaseError `CONTAINER_BUSY` when another live run uses the password that would change.
 * @throws IrisContainerError `IRIS_MERGE_IGNORED`, `IRIS_PASSWORD_REFUSED` when IRIS doesn't take it.
 */
export async function connectAsAsked(
  context: HoldContext,
  container: ReadyContainer,
  own: Fingerprints,
): Promise<IrisConnection> {
  const { engine, registry, acquisition, wanted, host } = context
  const { id, port, webPort } = container
  const credentials = await credentialsFor(engine, id, own, acquisition.askedSettings)
  const connection = new IrisConnection(connectionInfo({ host, port, webPort, ...credentials }))
  const { applied = [] } = (await registry.read()).containers[id] ?? {}
  if (isApplied(own, applied, wanted, acquisition.setDefaults)) return connection
  const before = await takeTurn(context, id)
  try {
    const current = before?.settings ? parseFingerprints(before.settings) : own
    const alreadyApplied = before?.applied ?? []
    if (!isApplied(current, alreadyApplied, wanted, acquisition.setDefaults)) {
      await apply(context, container, { own: current, applied: alreadyApplied, credentials, connection })
    }
  } finally {
    await registry.update('applied', (draft) => {
      if (draft.containers[id]?.applying?.lease === context.lease.id)
        changeContainer(draft, id, { applying: undefined })
    })
  }
  return connection
}

/**
 * Waits until no other run changes the container's settings. IRIS and the files that say what it is at the next boot take
 * one change at a time.
 *
 * @returns the container's record as it is now.
 */
async function takeTurn({ registry, lease, signal }: HoldContext, id: string): Promise<ContainerRecord | undefined> {
  for (;;) {
    signal?.throwIfAborted()
    const turn = await registry.update('apply', (draft) => {
      const record = draft.containers[id]
      const { applying } = record ?? {}
      const other = draft.leases.find((one) => one.id === applying?.lease && one.id !== lease.id)
      if (applying && other && mayBeAtWork(applying.process, other)) return undefined
      changeContainer(draft, id, { applying: { lease: lease.id, process: currentProcess() } })
      return { record }
    })
    if (turn) return turn.record
    await sleep(POLL_MS)
  }
}

/** Whether the process still changes the settings: on another machine, as far as its run's lease tells. */
function mayBeAtWork(process: ProcessIdentity, lease: LeaseRecord): boolean {
  const state = livenessOf(process)
  return state === 'alive' || (state === 'unknown' && isLive(lease))
}

/** Whether the container has what is asked for, so that nothing has to be done. */
export function isApplied(
  own: Fingerprints,
  applied: readonly string[],
  wanted: Fingerprints,
  setDefaults: boolean,
): boolean {
  const missing = differingLive(own, wanted)
  if (setDefaults) return missing.length === 0
  const needed = additionsOf({ ...own, ...wanted })
  return (
    (!missing.includes('namespace') || applied.includes(needed.namespace)) &&
    (!(missing.includes('username') || missing.includes('password')) || applied.includes(needed.user))
  )
}

interface Application {
  readonly own: Fingerprints
  readonly applied: readonly string[]
  readonly credentials: Credentials
  readonly connection: IrisConnection
}

async function apply(
  context: HoldContext,
  container: ReadyContainer,
  { own, applied, credentials, connection }: Application,
): Promise<void> {
  const { engine, registry, acquisition, wanted, signal } = context
  const { id, name, image } = container
  const stored = (await readSettings(engine, id)) ?? { ...DEFAULT_SETTINGS, image }
  const isOwnUser = credentials.username === stored.username
  await refusePasswordChange(context, id, { ...own, ...wanted }, isOwnUser ? own.password : undefined)
  await copyIn(engine, id, [{ path: LIVE_FILE, content: liveMergeFile(credentials), mode: 0o644 }])
  await merge(context, container)
  const readiness = { engine, id, name, image, connection, since: 0, timeoutMs: TIMEOUT_MS, afterHook: false }
  await logIn({ ...readiness, session: connection }, true, signal ?? AbortSignal.timeout(TIMEOUT_MS))
  const changed = acquisition.setDefaults ? credentials : isOwnUser ? { password: credentials.password } : {}
  const settings = { ...stored, ...changed }
  // At the next boot IRIS reads the merge file again: it must not bring back what was.
  await copyIn(engine, id, [settingsFile(settings), { path: MERGE_FILE, content: mergeFile(settings), mode: 0o644 }])
  const user = additionsOf({ ...own, ...wanted }).user
  const others = applied.filter((one) => !one.startsWith(`${user.split(':')[0]}:`))
  await registry.update('settings', (draft) =>
    changeContainer(draft, id, {
      settings: formatFingerprints({ ...own, ...fingerprint(changed) }),
      applied: [...new Set([...others, ...Object.values(additionsOf({ ...own, ...wanted }))])],
    }),
  )
}

/** Who is logged in goes on; but whoever logs in later with the password of now would be refused, and locked out. */
async function refusePasswordChange(
  context: HoldContext,
  id: string,
  login: Fingerprints,
  ownPassword: string | undefined,
): Promise<void> {
  const document = await context.registry.read()
  const [holder] = holdersOf(document, id, context.lease.id)
  if (!holder) return
  const { user } = additionsOf(login)
  const known = (document.containers[id]?.applied ?? []).find((one) => one.startsWith(`${user.split(':')[0]}:`))
  const before = ownPassword ?? known?.split(':')[1]
  if (before !== undefined && before !== login.password) throw busy(context, holder, ['password'])
}

async function merge({ engine }: HoldContext, { id, name, image }: ReadyContainer): Promise<void> {
  const { exitCode, stdout, stderr } = await engine.exec(id, ['iris', 'merge', 'IRIS', LIVE_FILE], {
    timeoutMs: TIMEOUT_MS,
  })
  if (exitCode === 0) return
  throw new IrisContainerError({
    code: 'IRIS_MERGE_IGNORED',
    message: `IRIS in container ${name} (image ${image}) did not take the namespace and user of this run: ${`${stdout}${stderr}`.trim()}`,
    hint: `See what IRIS made of it: docker exec ${name} cat /usr/irissys/mgr/messages.log`,
    details: { container: name, image, exitCode },
  })
}

/** What is recorded of a user or namespace that the container has besides its own. */
function additionsOf({ namespace, username, password }: Fingerprints): { namespace: string; user: string } {
  return { namespace: `namespace=${namespace}`, user: `user=${username}:${password}` }
}

/** What is known of a container's settings, as {@link isApplied} wants it. */
export function appliedTo(record: Pick<ContainerRecord, 'applied'> | undefined): readonly string[] {
  return record?.applied ?? []
}
