// #region example
import { execIris } from '@iris-devtester/core'

export async function namespaceOfWorker(): Promise<string> {
  return execIris(['Write $namespace'])
}
// #endregion example
