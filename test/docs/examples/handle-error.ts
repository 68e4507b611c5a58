// #region example
import { acquireIris, IrisDevtesterError } from '@iris-devtester/core'

export async function irisOrReason(): Promise<string> {
  try {
    await using iris = await acquireIris()
    return iris.connection.url
  } catch (error) {
    if (!(error instanceof IrisDevtesterError)) throw error
    return `${error.code}: ${error.hint}`
  }
}
// #endregion
