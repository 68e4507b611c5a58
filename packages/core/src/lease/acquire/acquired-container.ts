import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import type { SqlSession } from '../../connection/sql-session.ts'
import { openContainerSqlSession } from '../../container/container-sql-session.ts'
import { runObjectScript } from '../../container/object-script.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { LeaseError } from '../book/lease-error.ts'
import { invalidOption } from '../book/option-checks.ts'
import type { FilePool } from '../load/file-namespaces.ts'
import type { ContainerSession } from '../load/namespaces.ts'
import { restoreSnapshot, takeSnapshot } from '../load/snapshots.ts'
import type { Source } from '../load/source.ts'
import { Turns } from '../load/turns.ts'
import type { AcquiredContainerInfo, AcquiredIris } from './acquired-iris.ts'
import type { KeptNamespace } from './describe-kept.ts'
import type { Hold } from './hold-container.ts'
import { KeptCopies } from './kept-copies.ts'
import { OpenSessions } from './open-sessions.ts'
import { releaseHold } from './release-hold.ts'
import { RunNamespaces } from './run-namespaces.ts'
import { waitForBoot } from './wait-for-boot.ts'

/** How long IRIS may take to shut down before it is killed, in seconds. */
const GRACE_SECONDS = 30

export interface AcquiredContainerParts {
  readonly context: HoldContext
  readonly hold: Hold
  /** Ends the renewal of the lease. */
  readonly endRenewal: () => void
}

/** A hold on the project's own container. */
export class AcquiredContainer implements AcquiredIris {
  readonly projectPath: string
  readonly namespaces: readonly string[]
  readonly reset: AcquiredIris['reset']
  readonly onFailure: AcquiredIris['onFailure']
  readonly container: AcquiredContainerInfo
  readonly files: FilePool | undefined
  readonly #parts: AcquiredContainerParts
  readonly #own: RunNamespaces
  readonly #copies: KeptCopies
  /** Two that dismount one namespace at once would be in each other's way. */
  readonly #turns = new Turns()
  readonly #open = new OpenSessions()
  /** In the container's base namespace; creates and drops the run's own. */
  #base: IrisConnection
  readonly #connections = new Map<string, IrisConnection>()
  #released: Promise<void> | undefined

  constructor(parts: AcquiredContainerParts) {
    const { context, hold } = parts
    this.#parts = parts
    this.#base = hold.connection
    this.projectPath = context.acquisition.projectPath
    this.namespaces = context.lease.namespaces.length > 0 ? context.lease.namespaces : [hold.connection.namespace]
    this.#copies = new KeptCopies(context, hold.id)
    const { reset, resetExcept, onFailure } = context.acquisition
    this.onFailure = onFailure
    this.reset = { when: hold.connection.webPort === 0 ? false : reset, except: resetExcept }
    this.container = { id: hold.id, name: hold.name, image: hold.image, start: hold.start }
    this.#own = new RunNamespaces({ context, hold, reset: this.reset, base: () => this.#base })
    this.files = this.#own.files
  }

  get connection(): IrisConnection {
    return this.connectionFor(1)
  }

  connectionFor(worker: number): IrisConnection {
    const namespace = this.namespaces[(Math.max(1, worker) - 1) % this.namespaces.length] as string
    const existing = this.#connections.get(namespace)
    if (existing) return existing
    const sharing = namespace === this.#base.namespace ? { sharing: this.#base } : {}
    const sessions = (name: string) => this.openSession(name)
    const connection = new IrisConnection(inNamespace(this.#base.info, namespace), { ...sharing, sessions })
    this.#connections.set(namespace, connection)
    return connection
  }

  /** Creates the run's namespaces and loads its sources, all before any worker starts. */
  prepareNamespaces(sources: readonly Source[], onLoad: () => void): Promise<void> {
    return this.#own.prepare(sources, onLoad)
  }

  async reload(): Promise<boolean> {
    this.#copies.beginRerun()
    return await this.#own.reload(() => this.#closeConnections())
  }

  async logTail(lines = 50, since?: number): Promise<string[]> {
    const { context, hold } = this.#parts
    const text = await context.engine.logs(hold.id, {
      tail: lines,
      ...(since === undefined ? {} : { since: since / 1_000 }),
    })
    return text.split(/\r?\n/).filter((line) => line !== '')
  }

  async restart(): Promise<void> {
    const { context, hold } = this.#parts
    const { engine } = context
    await this.#closeConnections()
    await engine.restartContainer(hold.id, GRACE_SECONDS)
    const found = await engine.inspectContainer(hold.id)
    const prepared = found && (await waitForBoot(context, found))
    if (!prepared) throw containerEnded(hold)
    this.#base = prepared.connection
  }

  exec(
    lines: readonly string[],
    {
      namespace = this.connection.namespace,
      values = {},
    }: { namespace?: string; values?: Readonly<Record<string, string>> } = {},
  ): Promise<string> {
    const { context, hold } = this.#parts
    return runObjectScript(context.engine, hold.id, { namespace, lines, values })
  }

  openSession(namespace: string): Promise<SqlSession> {
    const { context, hold } = this.#parts
    return this.#open.open(namespace, () => openContainerSqlSession(context.engine, hold.id, namespace))
  }

  async snapshot(name: string, namespace: string = this.connection.namespace): Promise<void> {
    const session = this.#sessionFor(namespace)
    await this.#turns.take(namespace.toUpperCase(), async () => {
      this.#open.refuse('SNAPSHOT_FAILED', namespace)
      await takeSnapshot(session, { namespace, name })
    })
  }

  async restore(name: string, namespace: string = this.connection.namespace): Promise<void> {
    const session = this.#sessionFor(namespace)
    await this.#turns.take(namespace.toUpperCase(), async () => {
      this.#open.refuse('RESTORE_FAILED', namespace)
      await restoreSnapshot(session, { namespace, name })
    })
  }

  async keepCopy(namespace: string = this.connection.namespace, test?: string): Promise<KeptNamespace> {
    this.#sessionFor(namespace)
    const request = { base: this.#base, from: namespace, test }
    return await this.#turns.take(namespace.toUpperCase(), () => this.#copies.add(request))
  }

  /** A namespace that others use as well isn't this run's to dismount. */
  #sessionFor(namespace: string): ContainerSession {
    const own = this.#own.existing
    const { context, hold } = this.#parts
    if (own.includes(namespace.toUpperCase())) return { engine: context.engine, containerId: hold.id }
    throw invalidOption(
      'namespace',
      namespace,
      `one of the run's own: ${own.join(', ') || 'it has none, as its isolation is shared'}`,
    )
  }

  release(): Promise<void> {
    this.#released ??= this.#release()
    return this.#released
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.release()
  }

  async #release(): Promise<void> {
    const { context, hold, endRenewal } = this.#parts
    endRenewal()
    const filled = this.files?.close()
    await releaseHold(context, hold.id, async () => {
      await filled
      await this.#own.drop()
      await this.#closeConnections()
    })
  }

  async #closeConnections(): Promise<void> {
    await Promise.all([...this.#connections.values(), this.#base].map((connection) => connection.close()))
  }
}

function containerEnded({ name }: Hold): LeaseError {
  return new LeaseError({
    code: 'NO_CONTAINER',
    message: `Somebody else ended the container ${name}, or started it once more, while this run restarted it.`,
    hint: 'Run again.',
    details: { name },
  })
}
