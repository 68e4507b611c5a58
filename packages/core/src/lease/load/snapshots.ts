import { runObjectScript } from '../../container/object-script.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import { LeaseError } from '../book/lease-error.ts'
import type { ContainerSession } from './namespaces.ts'

/** Which state of which namespace. */
export interface SnapshotRequest {
  readonly namespace: string
  /** The snapshot's name: a letter, then letters, digits, `_` and `-`. */
  readonly name: string
}

const NAME = /^[A-Za-z][\w-]{0,39}$/

/** Copying a large database takes its time, in ms. */
const COPY_TIMEOUT_MS = 15 * 60_000

/**
 * Keeps a copy of all that a namespace holds: its databases are dismounted, their files copied, and mounted again.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=SYS.Database
 * @throws LeaseError `SNAPSHOT_FAILED`
 */
export async function takeSnapshot(session: ContainerSession, request: SnapshotRequest): Promise<void> {
  checkName(request.name)
  const folders = await databasesOf(session, request.namespace)
  const each = (line: (at: number) => string) => folders.map((_, at) => line(at + 1))
  const lines = [
    'Set ok=1,back=1,why="",x=0',
    ...each((at) => `Set D${at}=$system.Util.GetEnviron("IDT_DATABASE_${at}")`),
    'Set name=$system.Util.GetEnviron("IDT_SNAPSHOT")',
    ...each((at) => `Set x=##class(%Library.File).Delete(D${at}_"IRIS.NEW")`),
    ...each((at) => `Set:ok sc=##class(SYS.Database).DismountDatabase(D${at}) Set:ok ok=$system.Status.IsOK(sc)`),
    'Set:\'ok why="dismounting it failed: "_$system.Status.GetErrorText(sc)',
    ...each((at) => `Set:ok ok=##class(%Library.File).CopyFile(D${at}_"IRIS.DAT",D${at}_"IRIS.NEW")`),
    'Set:\'ok&(why="") why="its file could not be copied"',
    ...each((at) => `Set sc=##class(SYS.Database).MountDatabase(D${at}) Set:$system.Status.IsError(sc) back=0`),
    // Only a whole one takes the place of an earlier one of that name.
    ...each((at) => `Set:ok x=##class(%Library.File).Delete(D${at}_"snapshot-"_name_".DAT")`),
    ...each((at) => `Set:ok ok=##class(%Library.File).Rename(D${at}_"IRIS.NEW",D${at}_"snapshot-"_name_".DAT")`),
    'Set:\'ok&(why="") why="the copy could not be renamed"',
    RESULT,
  ]
  const outcome = await runOnDatabases(session, request, folders, lines)
  if (outcome.isDone) return
  throw notTaken(request, outcome)
}

/**
 * Puts a namespace back to what it was at a snapshot: tables, globals, classes and routines, all or nothing. The file is
 * copied beside the database's own first; what then takes its place is a rename, and what fails is undone.
 *
 * @throws LeaseError `RESTORE_FAILED`, whose `details.isUsable` tells whether the namespace is as it was before.
 */
export async function restoreSnapshot(session: ContainerSession, request: SnapshotRequest): Promise<void> {
  checkName(request.name)
  const folders = await databasesOf(session, request.namespace)
  const each = (line: (at: number) => string) => folders.map((_, at) => line(at + 1))
  const lines = [
    'Set ok=1,back=1,why="",x=0',
    ...each((at) => `Set D${at}=$system.Util.GetEnviron("IDT_DATABASE_${at}")`),
    'Set name=$system.Util.GetEnviron("IDT_SNAPSHOT")',
    ...each((at) => `Set:ok ok=##class(%Library.File).Exists(D${at}_"snapshot-"_name_".DAT")`),
    'Set:\'ok why="there is no snapshot of that name"',
    ...each((at) => `Set:ok x=##class(%Library.File).Delete(D${at}_"IRIS.NEW")`),
    ...each((at) => `Set:ok ok=##class(%Library.File).CopyFile(D${at}_"snapshot-"_name_".DAT",D${at}_"IRIS.NEW")`),
    'Set:\'ok&(why="") why="the snapshot could not be copied"',
    'Set begun=ok',
    ...each((at) => `Set:ok x=##class(%Library.File).Delete(D${at}_"IRIS.OLD")`),
    ...each((at) => `Set:ok sc=##class(SYS.Database).DismountDatabase(D${at}) Set:ok ok=$system.Status.IsOK(sc)`),
    'Set:\'ok&(why="") why="dismounting it failed: "_$system.Status.GetErrorText(sc)',
    ...each((at) => `Set:ok ok=##class(%Library.File).Rename(D${at}_"IRIS.DAT",D${at}_"IRIS.OLD")`),
    ...each((at) => `Set:ok ok=##class(%Library.File).Rename(D${at}_"IRIS.NEW",D${at}_"IRIS.DAT")`),
    'Set:\'ok&(why="") why="its file could not be exchanged"',
    ...each((at) => `Set:ok sc=##class(SYS.Database).MountDatabase(D${at}) Set:ok ok=$system.Status.IsOK(sc)`),
    'Set:\'ok&(why="") why="IRIS could not mount the snapshot: "_$system.Status.GetErrorText(sc)',
    // What has been exchanged by then is exchanged back.
    "Set undo=begun&'ok",
    ...each((at) => `Set:undo x=##class(SYS.Database).DismountDatabase(D${at})`),
    ...each((at) => `Set old${at}=0 Set:undo old${at}=##class(%Library.File).Exists(D${at}_"IRIS.OLD")`),
    ...each((at) => `Set:old${at} x=##class(%Library.File).Delete(D${at}_"IRIS.DAT")`),
    ...each((at) => `Set:old${at} back=back&##class(%Library.File).Rename(D${at}_"IRIS.OLD",D${at}_"IRIS.DAT")`),
    ...each(
      (at) => `Set:undo sc=##class(SYS.Database).MountDatabase(D${at}) Set:undo back=back&$system.Status.IsOK(sc)`,
    ),
    ...each((at) => `Set:ok x=##class(%Library.File).Delete(D${at}_"IRIS.OLD")`),
    ...each((at) => `Set:'ok x=##class(%Library.File).Delete(D${at}_"IRIS.NEW")`),
    RESULT,
  ]
  const outcome = await runOnDatabases(session, request, folders, lines)
  if (outcome.isDone) return
  throw notRestored(request, outcome)
}

/** The last line of such a script. */
export const RESULT = 'Write !,"@@RESULT ",ok,back," ",why,!'

/** How a script about databases has ended. */
export interface Outcome {
  readonly isDone: boolean
  /** Whether its databases are mounted with what was in them before. */
  readonly isUsable: boolean
  readonly why: string
}

/** Runs a script that has the folders in `IDT_DATABASE_1` and so on, and ends with {@link RESULT}. */
export async function runOnDatabases(
  session: ContainerSession,
  { name }: Pick<SnapshotRequest, 'name'>,
  folders: readonly string[],
  lines: readonly string[],
): Promise<Outcome> {
  const named = folders.map((folder, at) => [`IDT_DATABASE_${at + 1}`, folder] as const)
  const values = { ...Object.fromEntries(named), IDT_SNAPSHOT: name }
  const script = { namespace: '%SYS', lines, values }
  try {
    const output = await runObjectScript(session.engine, session.containerId, script, COPY_TIMEOUT_MS)
    const [, done, back, why = ''] = /@@RESULT ([01])([01]) ?(.*)/.exec(output) ?? []
    if (done !== undefined) return { isDone: done === '1' && back === '1', isUsable: back === '1', why: why.trim() }
    return { isDone: false, isUsable: false, why: 'the session in the container ended early' }
  } catch (error) {
    // Where it stopped, nobody knows.
    return { isDone: false, isUsable: false, why: summaryOf(error) }
  }
}

/**
 * The folders of a namespace's databases: one for its globals and one for its routines, which may be the same.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=Config.Namespaces
 */
export async function databasesOf(session: ContainerSession, namespace: string): Promise<string[]> {
  const lines = [
    'Set ns=##class(Config.Namespaces).Open($system.Util.GetEnviron("IDT_NAMESPACE"))',
    'Set globals=##class(Config.Databases).Open(ns.Globals),routines=##class(Config.Databases).Open(ns.Routines)',
    'Write !,"@@DATABASE ",globals.Directory,!,"@@DATABASE ",routines.Directory,!',
  ]
  const script = { namespace: '%SYS', lines, values: { IDT_NAMESPACE: namespace } }
  const output = await runObjectScript(session.engine, session.containerId, script, session.timeoutMs)
  const folders = [...output.matchAll(/@@DATABASE (.+)/g)].map(
    ([, folder = '']) => `${folder.trim().replace(/\/$/, '')}/`,
  )
  return [...new Set(folders)]
}

function checkName(name: string): void {
  if (NAME.test(name)) return
  throw new LeaseError({
    code: 'OPTION_INVALID',
    message: `${JSON.stringify(name)} is not a valid snapshot name. A name is a letter, then at most 39 letters, digits, _ and -.`,
    hint: "Use another name: await iris.snapshot('three-patients')",
    details: { option: 'snapshot', value: name },
  })
}

const AS_BEFORE = 'The namespace is unchanged.'
const UNUSABLE = 'The namespace is not usable any more.'
const REMEDY = 'Correct the cause, then run the tests again: each run creates its namespaces anew.'

function notTaken({ namespace, name }: SnapshotRequest, { why, isUsable }: Outcome): LeaseError {
  const state = isUsable ? AS_BEFORE : UNUSABLE
  return new LeaseError({
    code: 'SNAPSHOT_FAILED',
    message: `The namespace ${namespace} could not be copied: ${why}. ${state}`,
    hint: REMEDY,
    details: { namespace, snapshot: name, isUsable },
  })
}

function notRestored({ namespace, name }: SnapshotRequest, { why, isUsable }: Outcome): LeaseError {
  const state = isUsable ? AS_BEFORE : UNUSABLE
  return new LeaseError({
    code: 'RESTORE_FAILED',
    message: `The namespace ${namespace} could not be put back to the snapshot ${name}: ${why}. ${state}`,
    hint: REMEDY,
    details: { namespace, snapshot: name, isUsable },
  })
}
