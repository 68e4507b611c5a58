// #region example

import { PortRegistry } from '@iris-devtester/core/ports'
import { IRISContainer } from '@iris-devtester/testcontainers'

export async function versionOfIris(projectPath: string): Promise<string> {
  await using container = await new IRISContainer()
    .withPortRegistry(new PortRegistry())
    .withProjectPath(projectPath)
    .withNamespace('APP')
    .start()
  const [row] = await container.connection.sql('SELECT $ZVERSION AS version')
  return String(row?.version)
}
// #endregion
