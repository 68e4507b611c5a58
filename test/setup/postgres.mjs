import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { aptInstall } from './apt.mjs'
import { say } from './step.mjs'
import { findProgram, isDebian, thisSystem } from './system.mjs'

const SHARE = '/usr/lib/postgresql'

/**
 * Sees to it that there are a PostgreSQL server and PgBouncer for the tests of the registry on a server. As root on Debian
 * or Ubuntu they are installed, unless `IRIS_DEVTESTER_INSTALL_POSTGRES=0`; elsewhere the line says how to get them, and
 * those tests are skipped.
 *
 * @returns {Promise<import('./step.mjs').Outcome>}
 */
export async function providePostgres(env = process.env, system = thisSystem()) {
  const found = findServer()
  if (found && findProgram(['pgbouncer'], env)) return { already: true, what: found }
  if (env.IRIS_DEVTESTER_INSTALL_POSTGRES === '0' || !system.administrator || !isDebian(system)) {
    const what = 'no PostgreSQL with PgBouncer; their tests are skipped: apt-get install postgresql pgbouncer'
    return { already: true, what }
  }
  say('No PostgreSQL with PgBouncer here. Installing them; to forbid that: IRIS_DEVTESTER_INSTALL_POSTGRES=0')
  // The package would start a server of its own, which nobody needs.
  await aptInstall(['postgresql', 'pgbouncer'], { RUNLEVEL: '1' })
  return { already: false, what: `installed ${findServer() ?? 'postgresql'}` }
}

/** Where Debian keeps the server's programs. */
function findServer() {
  if (!existsSync(SHARE)) return undefined
  return readdirSync(SHARE)
    .map((version) => join(SHARE, version, 'bin/postgres'))
    .find((path) => existsSync(path))
}
