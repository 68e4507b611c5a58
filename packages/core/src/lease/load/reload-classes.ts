import { IrisConnectionError } from '../../connection/connection-error.ts'
import { inNamespace } from '../../connection/connection-info.ts'
import { IrisConnection } from '../../connection/iris-connection.ts'
import { loadSources } from './load-sources.ts'
import type { Source } from './source.ts'

/**
 * Compiles classes anew in namespaces that stay as they are otherwise. Where their data is recorded, the record is made anew
 * from that data: tables of classes may have other columns now.
 *
 * @returns whether it is done; not where the data can't be put back, as then nothing but fresh namespaces will do.
 * @throws LeaseError `LOAD_FAILED`
 */
export async function reloadClasses(
  base: IrisConnection,
  namespaces: readonly string[],
  classes: readonly Source[],
  except: readonly string[],
): Promise<boolean> {
  try {
    for (const namespace of namespaces) {
      await using connection = new IrisConnection(inNamespace(base.info, namespace))
      const isRecorded = (await connection.planReset()) !== undefined
      if (isRecorded) await connection.reset({ except })
      await loadSources(connection, classes)
      if (isRecorded) await connection.markBaseline({ except })
    }
    return true
  } catch (error) {
    if (error instanceof IrisConnectionError && error.code.startsWith('RESET_')) return false
    throw error
  }
}
