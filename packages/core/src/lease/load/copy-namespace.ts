import { LeaseError } from '../book/lease-error.ts'
import type { ContainerSession } from './namespaces.ts'
import { databasesOf, type Outcome, RESULT, runOnDatabases } from './snapshots.ts'

/** Which namespace is copied over which. */
export interface CopyRequest {
  readonly from: string
  /** It exists, and what it holds goes. */
  readonly to: string
}

/**
 * Copies all that a namespace holds over another one: tables, globals, classes and routines. The databases are dismounted
 * while their files are copied, and mounted again.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=SYS.Database
 * @throws LeaseError `KEEP_FAILED`, whose `details.isUsable` tells whether the one that was to be copied is as it was.
 */
export async function copyNamespace(session: ContainerSession, { from, to }: CopyRequest): Promise<void> {
  const [sources, targets] = await Promise.all([databasesOf(session, from), databasesOf(session, to)])
  if (sources.length !== targets.length) {
    const why = `it has ${sources.length} databases, and a new namespace has ${targets.length}`
    throw notCopied({ from, to }, { isDone: false, isUsable: true, why })
  }
  const each = (line: (source: string, target: string) => string) =>
    sources.map((_, at) => line(`D${at + 1}`, `D${at + 1 + sources.length}`))
  const all = [...sources, ...targets]
  const lines = [
    'Set ok=1,back=1,why="",x=0',
    ...all.map((_, at) => `Set D${at + 1}=$system.Util.GetEnviron("IDT_DATABASE_${at + 1}")`),
    ...each(
      (source) => `Set:ok sc=##class(SYS.Database).DismountDatabase(${source}) Set:ok ok=$system.Status.IsOK(sc)`,
    ),
    'Set:\'ok why="dismounting it failed: "_$system.Status.GetErrorText(sc)',
    ...each((source, target) => `Set:ok ok=##class(%Library.File).CopyFile(${source}_"IRIS.DAT",${target}_"IRIS.NEW")`),
    'Set:\'ok&(why="") why="its file could not be copied"',
    ...each((source) => `Set sc=##class(SYS.Database).MountDatabase(${source}) Set:$system.Status.IsError(sc) back=0`),
    ...each(
      (_, target) => `Set:ok sc=##class(SYS.Database).DismountDatabase(${target}) Set:ok ok=$system.Status.IsOK(sc)`,
    ),
    ...each((_, target) => `Set:ok x=##class(%Library.File).Delete(${target}_"IRIS.DAT")`),
    ...each((_, target) => `Set:ok ok=##class(%Library.File).Rename(${target}_"IRIS.NEW",${target}_"IRIS.DAT")`),
    'Set:\'ok&(why="") why="the copy could not be put into its place"',
    ...each(
      (_, target) => `Set:ok sc=##class(SYS.Database).MountDatabase(${target}) Set:ok ok=$system.Status.IsOK(sc)`,
    ),
    'Set:\'ok&(why="") why="IRIS could not mount the copy: "_$system.Status.GetErrorText(sc)',
    RESULT,
  ]
  const outcome = await runOnDatabases(session, { name: '' }, all, lines)
  if (!outcome.isDone) throw notCopied({ from, to }, outcome)
}

function notCopied({ from, to }: CopyRequest, { why, isUsable }: Outcome): LeaseError {
  const state = isUsable ? 'Nothing was changed in it.' : 'It is unusable now.'
  return new LeaseError({
    code: 'KEEP_FAILED',
    message: `The namespace ${from} could not be kept as the test left it: ${why}. ${state}`,
    hint: 'Look into it while the test runs: stop it at a breakpoint.',
    details: { namespace: from, copy: to, isUsable },
  })
}
