import type { ClientBase } from 'pg'
import { newerSchema, tablesInUse } from '../postgres-error.ts'
import { FUNCTIONS } from './functions.ts'
import { SCHEMA_VERSION } from './schema-version.ts'
import { STEPS } from './steps.ts'

/** Of several processes that come first, one makes the schema and the others wait. It ends with the transaction. */
const LOCK = 'select pg_advisory_xact_lock(4951437)'

/** Asks the catalogue's tables: `to_regclass()` may answer from a cache that is older than the lock. */
const HAS_META = `select exists (select from pg_catalog.pg_class c join pg_catalog.pg_namespace n on n.oid = c.relnamespace
  where n.nspname = 'iris_devtester' and c.relname = 'meta') as there`

/** The version of the schema on the server; 0 where there is none. Works whatever the version. */
export async function schemaVersion(client: Pick<ClientBase, 'query'>): Promise<number> {
  const { rows } = await client.query(HAS_META)
  if (!rows[0]?.there) return 0
  const { rows: versions } = await client.query('select version from iris_devtester.meta')
  return Number(versions[0]?.version ?? 0)
}

/** How often the migration begins anew after it and a process of an older release each waited for the other. */
const ATTEMPTS = 5

/**
 * Makes or migrates the schema.
 *
 * @param patienceMs how long to wait for transactions that use its tables, in ms: all others wait behind whoever waits
 * @throws PortRegistryError `REGISTRY_SCHEMA_NEWER`; nothing is changed then
 */
export async function migrate(client: Pick<ClientBase, 'query'>, registry: string, patienceMs: number): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await tryToMigrate(client, registry, patienceMs)
    } catch (error) {
      const { code } = error as { code?: string }
      if (code === '55P03') throw tablesInUse(registry, patienceMs, error)
      if (code !== '40P01' || attempt === ATTEMPTS) throw error
    }
  }
}

async function tryToMigrate(client: Pick<ClientBase, 'query'>, registry: string, patienceMs: number): Promise<void> {
  const found = await schemaVersion(client)
  if (found > SCHEMA_VERSION) throw newerSchema(registry, found, SCHEMA_VERSION)
  if (found === SCHEMA_VERSION) return
  await client.query('begin')
  try {
    // Whoever makes it is waited for, whatever the server's own limit is.
    await client.query('set local lock_timeout = 0')
    await client.query(LOCK)
    const version = await schemaVersion(client)
    if (version > SCHEMA_VERSION) throw newerSchema(registry, version, SCHEMA_VERSION)
    if (version < SCHEMA_VERSION) {
      await client.query(`set local lock_timeout = ${Math.ceil(patienceMs)}`)
      await client.query('create schema if not exists iris_devtester')
      for (const step of STEPS.slice(version)) await client.query(step)
      await client.query(FUNCTIONS)
      await client.query(
        `insert into iris_devtester.meta (version) values (${SCHEMA_VERSION})
         on conflict (only_row) do update set version = excluded.version`,
      )
    }
    await client.query('commit')
  } catch (error) {
    // The error is the one to tell of; a connection that is gone has rolled back anyway.
    await client.query('rollback').catch(() => undefined)
    throw error
  }
}
