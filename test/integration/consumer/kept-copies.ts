import { connectIris } from '../../../packages/core/src/connection/connect-iris.ts'
import { connectionInfo } from '../../../packages/core/src/connection/connection-info.ts'
import type { RegistryHome } from './registry-home.ts'

/** A copy of a failed test's namespace that a run's output names. */
export interface NamedCopy {
  readonly failed: string
  /** Whether the address of the SQL page is one of this copy, on the container's web port. */
  readonly isItsPage: boolean
  /** The names in its table Patient. */
  readonly patients: string
}

/** The copies that a run's output names, as they are in the project's container now. */
export async function copiesIn(home: RegistryHome, projectPath: string, output: string): Promise<NamedCopy[]> {
  const { port: webPort = 0 } = (await home.registry.getAssignment(projectPath, { service: 'iris-web' })) ?? {}
  const where = { host: '127.0.0.1', port: 1972, webPort, namespace: 'USER', username: 'test', password: 'test' }
  await using db = connectIris(connectionInfo(where))
  const found = output.matchAll(/IRIS namespace {2}(\w+), a copy.*\n *test {6}(.*)\n *SQL page {2}(.*)/g)
  return await Promise.all(
    [...found].map(async ([, namespace = '', failed = '', page = '']) => {
      const rows = await db.inNamespace(namespace).sql('SELECT Name FROM Patient ORDER BY ID')
      const path = `/csp/sys/exp/%25CSP.UI.Portal.SQL.Home.zen?$NAMESPACE=${namespace}`
      return {
        failed,
        isItsPage: page === `http://127.0.0.1:${webPort}${path}`,
        patients: rows.map(({ Name }) => Name).join(' '),
      }
    }),
  )
}
