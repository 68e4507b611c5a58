import { inNamespace } from '../../connection/connection-info.ts'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { debugLog } from '../../debug/debug-log.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import type { KeptNamespaceRecord } from '../../ports/document/lease-record.ts'
import { IDLE_TIMEOUT_MS } from '../book/acquire-options.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { forgetKept, MOST_KEPT, recordKept } from '../book/kept-namespaces.ts'
import { LeaseError } from '../book/lease-error.ts'
import { keptNamespace } from '../book/namespace-names.ts'
import { copyNamespace } from '../load/copy-namespace.ts'
import { createNamespaces, dropNamespaces } from '../load/namespaces.ts'
import { describeKept, type KeptNamespace } from './describe-kept.ts'

const debug = debugLog('lease')

/** Which namespace is to be kept, and why. */
export interface KeepRequest {
  /** In the container's base namespace; creates and drops. */
  readonly base: IrisConnection
  /** The namespace to copy. */
  readonly from: string
  /** The test that failed in it, for people. */
  readonly test: string | undefined
}

/** The copies of namespaces that a run leaves behind to be looked at. */
export class KeptCopies {
  readonly #context: HoldContext
  readonly #containerId: string
  #number = 0
  /** Those that were made since the last rerun began. */
  #current: readonly string[] = []
  /** Workers may fail at once: their copies are made one after the other, over one connection. */
  #last: Promise<unknown> = Promise.resolve()

  constructor(context: HoldContext, containerId: string) {
    this.#context = context
    this.#containerId = containerId
  }

  /** A rerun of a runner that watches begins: what it leaves is worth more than what the ones before it have left. */
  beginRerun(): void {
    this.#current = []
  }

  /**
   * Makes a copy that outlives the run.
   *
   * @throws LeaseError `KEEP_FAILED`; nothing of the copy is left then.
   */
  add(request: KeepRequest): Promise<KeptNamespace> {
    const added = this.#last.then(() => this.#add(request))
    // Its own caller gets the reason.
    this.#last = added.catch(() => {})
    return added
  }

  async #add({ base, from, test }: KeepRequest): Promise<KeptNamespace> {
    const { registry, engine, lease, acquisition } = this.#context
    this.#number += 1
    const namespace = keptNamespace(lease.id, this.#number)
    const session = { engine, containerId: this.#containerId }
    const access = { connection: base, session }
    // It is in the registry first, so that whoever cleans up finds it.
    const at = new Date().toISOString()
    const kept: KeptNamespaceRecord = { namespace, lease: lease.id, ...(test ? { test } : {}), at }
    const place = await registry.update('keep', (draft) => recordKept(draft, this.#containerId, kept, this.#current))
    if (place === 'full') throw tooMany(from)
    this.#current = [...this.#current, namespace]
    try {
      if (place.dropped !== undefined) await dropNamespaces(access, [place.dropped])
      await createNamespaces(access, [namespace])
      await copyNamespace(session, { from, to: namespace })
    } catch (error) {
      this.#current = this.#current.filter((one) => one !== namespace)
      await dropNamespaces(access, [namespace])
        .then(() => registry.update('not kept', (draft) => forgetKept(draft, this.#containerId, [namespace])))
        // It stays in the registry then, and goes by the idle limit.
        .catch((failure) => debug.swallowed('drop a copy that failed', failure))
      throw error instanceof LeaseError && error.code === 'KEEP_FAILED' ? error : notMade(from, error)
    }
    const { keep = acquisition.keep, idle_timeout_ms: idleTimeoutMs = IDLE_TIMEOUT_MS } =
      (await registry.read()).containers[this.#containerId] ?? {}
    const { projectPath } = acquisition
    return describeKept({ info: inNamespace(base.info, namespace), projectPath, test, keep, idleTimeoutMs })
  }
}

function tooMany(namespace: string): LeaseError {
  return new LeaseError({
    code: 'KEEP_FAILED',
    message: `The namespace ${namespace} was not kept as the test left it: this run has kept ${MOST_KEPT} already, and each takes disk.`,
    hint: 'Run the failed test alone.',
    details: { namespace, isUsable: true },
  })
}

function notMade(namespace: string, cause: unknown): LeaseError {
  return new LeaseError({
    code: 'KEEP_FAILED',
    message: `The namespace ${namespace} could not be kept as the test left it: ${summaryOf(cause)}`,
    hint: 'Look into it while the test runs: stop it at a breakpoint.',
    details: { namespace, isUsable: true },
    cause,
  })
}
