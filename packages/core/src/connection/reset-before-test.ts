import { IrisConnectionError } from './connection-error.ts'
import type { IrisConnection } from './iris-connection.ts'
import type { ResetOptions } from './reset-data.ts'

/**
 * Puts tables back before a test: what a runner's adapter does with `reset: 'each'`.
 *
 * @param isAlone whether no other test runs beside it in the same file.
 * @throws IrisConnectionError `RESET_UNSUPPORTED` for one that isn't alone; or what {@link IrisConnection.reset} throws.
 */
export async function resetBeforeTest(
  connection: IrisConnection,
  options: Pick<ResetOptions, 'except'>,
  isAlone: boolean,
): Promise<void> {
  if (isAlone) return await connection.reset(options)
  const { namespace } = connection
  throw new IrisConnectionError({
    code: 'RESET_UNSUPPORTED',
    message: `The test runs beside others of its file in the namespace ${namespace}: a reset before each of them would take away the rows of the others.`,
    hint: "Run the file's tests one after the other, without concurrent\nOr let tables go back before each file: reset: 'file'",
    details: { namespace },
  })
}
