import type { IrisConnection } from '../../connection/iris-connection.ts'
import { hasAfterHook } from '../../container/create-request.ts'
import type { ReservedPorts } from '../../container/reserved-ports.ts'
import { endOfLastBoot } from '../../container/restart-container.ts'
import { writeSettings } from '../../container/settings-file.ts'
import { waitUntilReady } from '../../container/wait-until-ready.ts'
import type { Credentials } from '../book/credentials.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { changeContainer } from '../book/lease-book.ts'
import { bindLease } from '../book/run-lease.ts'
import { noteReplaced } from '../book/set-aside.ts'

/** A container of IRIS that is ready. */
export interface PreparedContainer {
  readonly id: string
  readonly name: string
  readonly image: string
  readonly port: number
  readonly webPort: number
  readonly connection: IrisConnection
  /** Whether it was created just now. */
  readonly isNew: boolean
}

/** A boot that is under way, and who logs in to find whether it is ready. */
export interface Boot extends ReservedPorts, Credentials {
  readonly id: string
  readonly name: string
  readonly isNew: boolean
}

/**
 * Waits for this boot, marks it as the one that is ready, and puts the run's lease on the container, in one commit. Only
 * output since the end of the boot before it counts. Gives nothing when another boot has begun meanwhile, or a container
 * that was there before is being ended or has gone.
 */
export async function untilReady(context: HoldContext, boot: Boot): Promise<PreparedContainer | undefined> {
  const { engine, registry, acquisition, host, reporter, signal } = context
  const { id, name, port, webPort, namespace, username, password, isNew } = boot
  const before = await engine.inspectContainer(id)
  const image = before?.Config.Image ?? acquisition.settings.image
  const startedAt = before?.State.StartedAt
  const current = async () => (await engine.inspectContainer(id))?.State.StartedAt
  const connection = await waitUntilReady({
    engine,
    id,
    name,
    image,
    connection: { host, port, webPort, namespace, username, password },
    since: endOfLastBoot(before),
    timeoutMs: acquisition.startupTimeoutMs,
    afterHook: hasAfterHook(before?.Config.Cmd ?? []),
    signal,
    onPhase: (phase) => reporter.starting(name, phase),
  }).catch(async (error) => {
    // One that was there before may go before this run is on it, which then takes another.
    if (!isNew && error.code === 'CONTAINER_GONE') return undefined
    // Who restarted it has ended the boot that was waited for, and begun another.
    const now = await current().catch(() => undefined)
    if (now === undefined || now === startedAt) throw error
    return undefined
  })
  if (!connection) return undefined
  // A container that carries its settings is one that was ready: it may hold data from here on.
  if (isNew) await writeSettings(engine, id, acquisition.settings)
  const isSameBoot = (await current()) === startedAt
  const held = await registry.update('ready', (draft) => {
    const record = draft.containers[id]
    if (!isSameBoot || !record || record.closing) return false
    changeContainer(draft, id, {
      ready_boot: startedAt,
      no_web: connection.webPort === 0 ? true : undefined,
    })
    bindLease(draft, context, id)
    if (isNew) noteReplaced(draft, acquisition.projectPath)
    return true
  })
  if (!held) {
    await connection.close()
    return undefined
  }
  return { id, name, image, port, webPort: connection.webPort, connection, isNew }
}
