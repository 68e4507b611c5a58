import { unlinkSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { debugLog } from '../../debug/debug-log.ts'
import { emptyDocument, type RegistryDocument } from '../document/registry-document.ts'
import { collectGarbage } from './collect-garbage.ts'
import { mergeForeignEdits } from './foreign-edits.ts'
import {
  claimGeneration,
  type FileSignature,
  readGeneration,
  removeGeneration,
  sameFile,
  signatureOf,
  syncFolder,
  writeNewFile,
} from './generation-files.ts'
import { isCommitted } from './is-committed.ts'
import { isStillNewest, type NewestGeneration, readNewest } from './newest-generation.ts'
import { publishView, replaceView, temporaryPath } from './publish-view.ts'
import { isUnedited, readView } from './published-view.ts'
import { quarantineText, quarantineView } from './quarantine.ts'
import { asFileError } from './registry-file-error.ts'
import { ensureFolders } from './registry-folder.ts'
import { type RegistryLocation, registryIdOf } from './registry-location.ts'
import type { RegistrySnapshot, RegistryStore } from './registry-store.ts'
import type { WarningListener } from './registry-warning.ts'
import { notRestored, quarantined, viewIgnored, viewNotPublished, viewNotReadable } from './store-warnings.ts'

const debug = debugLog('ports')

/** The registry as its files had it at one moment. */
export interface FileSnapshot extends RegistrySnapshot {
  readonly newest: NewestGeneration
  readonly view: FileSignature | undefined
}

/** How many commits' ids a document carries. */
const TRANSACTIONS = 64
/** Among the generations that are kept there is always one that would outlive a loss of power. */
const DURABLE_EVERY = 8
/** After how many commits the old ones and dead writers' files are cleared away. */
const COLLECT_EVERY = 8
/** Another tool writes the view in place, so half of it may be seen: how often, and after how many ms, to look again. */
const TORN_READS = 3
const TORN_READ_MS = 20

/**
 * The registry in a folder of files. Each commit is a file of its own, named by its number; taking that name is the
 * compare-and-swap that makes the commit, whatever becomes of any lock. All of it happens synchronously: no other work of
 * this process comes between, and it is much faster.
 */
export class GenerationStore implements RegistryStore<FileSnapshot> {
  readonly location: RegistryLocation
  readonly #warn: WarningListener
  #current: FileSnapshot | undefined

  constructor(location: RegistryLocation, warn: WarningListener) {
    this.location = location
    this.#warn = warn
  }

  get registryId(): string {
    return registryIdOf(this.location)
  }

  get path(): string {
    return this.location.view
  }

  /** @throws PortRegistryError `REGISTRY_SCHEMA_NEWER` or `REGISTRY_UNREADABLE` */
  read(): FileSnapshot | Promise<FileSnapshot> {
    return this.#read(false) ?? this.#readAgain()
  }

  async #readAgain(): Promise<FileSnapshot> {
    for (let attempt = 1; ; attempt += 1) {
      await delay(TORN_READ_MS)
      const snapshot = this.#read(attempt >= TORN_READS)
      if (snapshot) return snapshot
    }
  }

  /**
   * @param final whether a view that can't be parsed is to be moved aside, instead of looked at again later
   * @returns `undefined` when the view can't be parsed and this isn't final
   */
  #read(final: boolean): FileSnapshot | undefined {
    try {
      return this.#load(final)
    } catch (error) {
      throw asFileError(error, this.location.view, 'read')
    }
  }

  /** @throws PortRegistryError `REGISTRY_UNWRITABLE` or `REGISTRY_WRONG_OWNER`; nothing is changed then */
  commit(expected: FileSnapshot, next: RegistryDocument, durable = true): FileSnapshot | undefined {
    try {
      return this.#commit(expected, next, durable)
    } catch (error) {
      throw asFileError(error, this.location.view, 'written')
    }
  }

  #load(final: boolean): FileSnapshot | undefined {
    const known = this.#current
    const newest =
      known && isStillNewest(this.location.generations, known.newest)
        ? known.newest
        : readNewest(this.location.generations)
    const signature = signatureOf(this.location.view)
    if (known && newest === known.newest && sameFile(signature, known.view)) return known
    const view = readView(this.location, newest)
    if (view.kind === 'corrupt') {
      if (!final) return undefined
      if (this.#quarantineView(view.reason, newest)) return this.#load(false)
    }
    const document = newest.document ?? (view.kind === 'only' ? adopt(view.document) : emptyDocument(new Date()))
    const snapshot: FileSnapshot = {
      generation: Math.max(newest.number, document.generation),
      document:
        view.kind === 'edited' ? mergeForeignEdits(document, view.published, view.document, new Date()) : document,
      newest,
      view: signature,
    }
    if (view.kind === 'foreign') this.#warn(viewIgnored(this.location.view, view.generation))
    this.#current = snapshot
    return newest.damaged.length === 0 ? snapshot : this.#restore(snapshot)
  }

  #commit(expected: FileSnapshot, next: RegistryDocument, wanted = true): FileSnapshot | undefined {
    const { location } = this
    ensureFolders(location)
    const number = expected.generation + 1
    const durable = wanted || number % DURABLE_EVERY === 0
    const transaction = crypto.randomUUID()
    const transactions = [transaction, ...next.transactions].slice(0, TRANSACTIONS)
    const document: RegistryDocument = { ...next, generation: number, transactions }
    const text = `${JSON.stringify(document, null, 2)}\n`
    const file = temporaryPath(location)
    const copy = temporaryPath(location)
    try {
      writeNewFile(file, text, durable)
      // A copy and not a link: another tool edits the view in place and must not write into the generation.
      const view = writeNewFile(copy, text, false)
      if (!sameFile(signatureOf(location.view), expected.view) && !isUnedited(location)) return undefined
      if (!this.#claim(file, number)) return undefined
      if (!isCommitted(location.generations, { number, transaction, before: expected.newest })) {
        if (readGeneration(location.generations, number) === text) removeGeneration(location.generations, number)
        return undefined
      }
      const signature = signatureOf(join(location.generations, String(number)))
      this.#publish(copy, number)
      // Not the view's folder: the view may be lost with the power, the commit may not.
      if (durable) syncFolder(location.generations)
      this.#current = {
        generation: number,
        document,
        newest: { number, signature, document, text, damaged: [] },
        view,
      }
      return this.#current
    } finally {
      removeQuietly(file)
      removeQuietly(copy)
      if (number % COLLECT_EVERY === 0) this.#collect()
    }
  }

  #claim(file: string, number: number): boolean {
    try {
      return claimGeneration(file, join(this.location.generations, String(number)))
    } catch (error) {
      // This process slept so long that its unfinished file was taken for a dead writer's.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false
      throw error
    }
  }

  /** The commit holds whether this works or not. */
  #publish(copy: string, number: number): void {
    try {
      publishView(this.location, copy, number)
    } catch (error) {
      this.#warn(viewNotPublished(this.location.view, (error as Error).message))
    }
  }

  #collect(): void {
    try {
      collectGarbage(this.location, Date.now())
    } catch (error) {
      debug.swallowed('publish or collect', error)
      // The next commit tries again, and nothing depends on it.
    }
  }

  /** @returns whether the view is out of the way */
  #quarantineView(reason: string, newest: NewestGeneration): boolean {
    const { view } = this.location
    try {
      const path = quarantineView(this.location, new Date())
      if (path === undefined) return true
      if (newest.text !== undefined) replaceView(this.location, newest.text)
      this.#warn(quarantined(view, path, reason, newest.document !== undefined))
      return true
    } catch (error) {
      this.#warn(viewNotReadable(view, (error as Error).message))
      return false
    }
  }

  /** Commits the newest good state above the generations that can't be read, so that nobody meets them again. */
  #restore(snapshot: FileSnapshot): FileSnapshot {
    const { damaged, document } = snapshot.newest
    const { generations } = this.location
    try {
      const restored = this.#commit(snapshot, snapshot.document)
      if (!restored) return this.#load(true) ?? snapshot
      for (const { number, text, reason } of damaged) {
        const path = quarantineText(this.location, text, new Date())
        this.#warn(quarantined(join(generations, String(number)), path, reason, document !== undefined))
      }
      return restored
    } catch (error) {
      const numbers = damaged.map(({ number }) => number)
      this.#warn(notRestored(generations, numbers, (error as Error).message))
      return snapshot
    }
  }
}

/** A registry file that no commit of ours stands behind: another tool's, or what is left of a lost folder. */
function adopt(document: RegistryDocument): RegistryDocument {
  if (document.generation > 0) return document
  const assignments = document.assignments.map((one) => ({ ...one, container_name: one.container_name ?? null }))
  return { ...document, assignments, imported: assignments.map((one) => one.project_path) }
}

function removeQuietly(path: string): void {
  try {
    unlinkSync(path)
  } catch {
    // It has its final name, or was never written.
  }
}
