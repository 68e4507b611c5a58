/**
 * A port registry on a PostgreSQL server, for machines that share a container engine. It is loaded where
 * `IRIS_DEVTESTER_REGISTRY`, an adapter's `registry` or the command line's `--registry` names a `postgres://` address.
 *
 * @module
 */

export type { EngineIdentity } from './engine-identity.ts'
export type { PostgresSnapshot } from './known-snapshot.ts'
export { createPostgresStore, PostgresStore, type PostgresStoreOptions } from './postgres-store.ts'
