import { debugLog } from '../debug/debug-log.ts'
import type { RunData } from './data-tables.ts'

const debug = debugLog('lease')

/** A process of IRIS that holds a lock, as far as IRIS tells. */
export interface LockHolder {
  readonly pid: string
  /** `^Sample.PatientD(1)` */
  readonly lock: string
  /** IRIS's user. */
  readonly user: string
  /** Where its client is. */
  readonly address: string
  /** The client's program. */
  readonly program: string
}

/** SQLCODEs of a lock that another process holds. */
const LOCKED = new Set([-110, -114])

/** Whether a statement failed because of a lock. */
export function isLocked(sqlCode: number): boolean {
  return LOCKED.has(sqlCode)
}

/**
 * The other processes that hold locks on what is in the namespace's database. Nobody is named where IRIS doesn't tell, as
 * where the user may not look at processes.
 *
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=%25SYS.LockQuery
 * @see https://docs.intersystems.com/irislatest/csp/documatic/%25CSP.Documatic.cls?LIBRARY=%25SYS&CLASSNAME=%25SYS.ProcessQuery
 */
export async function lockHolders(run: RunData): Promise<readonly LockHolder[]> {
  try {
    const [row] = await run('SELECT IrisDevtester.Batch_Holders() AS answer')
    const found = JSON.parse(String(row?.answer)) as readonly (readonly unknown[])[]
    return found.map((values) => {
      const [pid = '', lock = '', user = '', address = '', program = ''] = values.map(String)
      return { pid, lock, user, address, program }
    })
  } catch (error) {
    debug.swallowed('ask who holds locks', error)
    return []
  }
}
