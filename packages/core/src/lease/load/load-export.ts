import { randomUUID } from 'node:crypto'
import { basename, extname } from 'node:path'
import type { IrisConnection } from '../../connection/iris-connection.ts'
import { copyIn } from '../../container/container-files.ts'
import { runObjectScript } from '../../container/object-script.ts'
import { summaryOf } from '../../errors/summary-of.ts'
import type { ContainerSession } from './namespaces.ts'
import { loadFailed, type Source } from './source.ts'

/** The format of a global export that says nothing else. */
const OBJECTSCRIPT_FORMAT = '5'

/**
 * Loads an export by a session in the container: XML by `$system.OBJ.Load`, which compiles classes and routines, globals by
 * `%Library.Global`.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=%25SYSTEM.OBJ
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=%25Library.Global
 */
export async function loadExport(
  { namespace }: IrisConnection,
  { path, content }: Source,
  session: ContainerSession | undefined,
): Promise<void> {
  if (!session) {
    throw loadFailed(
      `The export ${path} can't be loaded: that takes a session inside a container of ours, and the IRIS in use is the one the environment names.`,
      { path, namespace },
    )
  }
  const isGlobal = extname(path).toLowerCase() === '.gof'
  const file = `/tmp/iris-devtester-${randomUUID()}-${basename(path).replace(/[^\w.-]/g, '_')}`
  const bytes = Buffer.from(content, 'latin1')
  const call = isGlobal
    ? '##class(%Library.Global).Import($namespace,"*",$system.Util.GetEnviron("IDT_FILE"),$system.Util.GetEnviron("IDT_FORMAT"))'
    : '$system.OBJ.Load($system.Util.GetEnviron("IDT_FILE"),"ck")'
  const lines = [`Set sc=${call}`, 'Write:$system.Status.IsError(sc) !,"@@ERR ",$system.Status.GetErrorText(sc),!']
  // The file's own header says how it was written: `~Format=5.S~`.
  const format = /~Format=(\d)/.exec(content.slice(0, 1_000))?.[1] ?? OBJECTSCRIPT_FORMAT
  try {
    await copyIn(session.engine, session.containerId, [{ path: file, content: bytes, mode: 0o644 }])
    const values = { IDT_FILE: file, IDT_FORMAT: format }
    await runObjectScript(session.engine, session.containerId, { namespace, lines, values }, session.timeoutMs)
  } catch (cause) {
    throw loadFailed(
      `Loading the export ${path} into the namespace ${namespace} failed: ${summaryOf(cause)}`,
      { path, namespace },
      cause,
    )
  }
}
