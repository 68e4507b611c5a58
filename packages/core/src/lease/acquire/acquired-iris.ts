import type { IrisConnection } from '../../connection/iris-connection.ts'
import type { ResetSettings } from '../../connection/reset-settings.ts'
import type { SqlSession } from '../../connection/sql-session.ts'
import type { OnFailure } from '../book/acquire-options.ts'
import type { FileNamespaces } from '../load/file-namespaces.ts'
import type { KeptNamespace } from './describe-kept.ts'

/** The container behind an {@link AcquiredIris}. */
export interface AcquiredContainerInfo {
  /** The engine's id. */
  readonly id: string
  /** The container's name. */
  readonly name: string
  /** The image's name. */
  readonly image: string
  /** `warm` when it ran already. */
  readonly start: 'warm' | 'cold'
}

/** A run's hold on an IRIS, until it is released. */
export interface AcquiredIris extends AsyncDisposable {
  /** The project whose IRIS it is. */
  readonly projectPath: string
  /** A connection to the run's first namespace: the one to use where there is only one worker. */
  readonly connection: IrisConnection
  /** One for each worker, one for the run, or the shared one: see the option `isolation`. */
  readonly namespaces: readonly string[]
  /** When a worker's namespace goes back to what it was after set-up, and which tables stay then. */
  readonly reset: ResetSettings
  /** What a runner's adapter does with a worker's namespace when a test fails: with `keep`, {@link AcquiredIris.keepCopy}. */
  readonly onFailure: OnFailure
  /**
   * With the isolation `file`, where each test file gets its namespace; otherwise `undefined`. The first of them, one for
   * each worker, are those in `namespaces`.
   */
  readonly files: FileNamespaces | undefined
  /** `undefined` for a server that the environment named. */
  readonly container: AcquiredContainerInfo | undefined
  /**
   * A connection to a worker's namespace.
   *
   * @param worker counted from 1; workers beyond the namespaces share them in turn.
   */
  connectionFor(worker: number): IrisConnection
  /**
   * The last lines of the container's output; none for a server that the environment named.
   *
   * @param since ms since 1970: only what came from then on.
   */
  logTail(lines?: number, since?: number): Promise<string[]>
  /**
   * Restarts IRIS and waits until it is ready. Data stays; other runs of the project lose their connections.
   *
   * @throws LeaseError `NO_CONTAINER` for a server that the environment named.
   */
  restart(): Promise<void>
  /**
   * Runs ObjectScript inside the container and gives what it wrote, nothing of the session around it.
   *
   * @param lines one command each, without comments, blocks or macros.
   * @param options.values read in the script with `$system.Util.GetEnviron("NAME")`.
   * @throws LeaseError `NO_CONTAINER`, IrisContainerError `OBJECTSCRIPT_FAILED`.
   */
  exec(
    lines: readonly string[],
    options?: { readonly namespace?: string; readonly values?: Readonly<Record<string, string>> },
  ): Promise<string>
  /**
   * Opens a session of IRIS, one process there, that runs SQL statements: what `connection.transaction()` uses.
   *
   * @throws LeaseError `NO_CONTAINER`, EngineError.
   */
  openSession(namespace: string): Promise<SqlSession>
  /**
   * Loads anew what the option `load` lists, if a file of it has changed since. Where those are classes or routines, they are
   * compiled with what is made of them; else the run's own namespaces are made afresh. For a runner that watches.
   *
   * @returns whether anything had changed.
   * @throws LeaseError `LOAD_FAILED`
   */
  reload(): Promise<boolean>
  /**
   * Keeps a copy of all that one of the run's own namespaces holds, for {@link AcquiredIris.restore}. Open transactions in it
   * end; it goes with the namespace.
   *
   * @param name a letter, then letters, digits, `_` and `-`; it takes the place of an earlier one of that name.
   * @param namespace default: the run's first.
   * @throws LeaseError `SNAPSHOT_FAILED`, `NO_CONTAINER`, `OPTION_INVALID`
   */
  snapshot(name: string, namespace?: string): Promise<void>
  /**
   * Puts a namespace back to what it was at a snapshot: tables, globals, classes and routines.
   *
   * @throws LeaseError `RESTORE_FAILED`, whose `details.isUsable` tells whether the namespace is as it was before;
   *   `NO_CONTAINER`, `OPTION_INVALID`
   */
  restore(name: string, namespace?: string): Promise<void>
  /**
   * Keeps a copy of all that one of the run's own namespaces holds now, in a namespace that outlives the run: until the
   * container's idle limit after it. A container has at most eight, of which an earlier run's go first. Open transactions in
   * the namespace end.
   *
   * @param namespace default: the run's first.
   * @param test what failed in it, for people.
   * @throws LeaseError `KEEP_FAILED`, `NO_CONTAINER`, `OPTION_INVALID`
   */
  keepCopy(namespace?: string, test?: string): Promise<KeptNamespace>
  /** Ends the hold: drops the run's namespaces, and leaves the container warm or ends it. Repeated calls do nothing. */
  release(): Promise<void>
}
