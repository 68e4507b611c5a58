import { ownHost } from './foreign-hosts.ts'
import { OTHER_VERSION } from './schema/check-version.ts'
import { SCHEMA_VERSION } from './schema/schema-version.ts'
import type { Statement } from './statement.ts'

/** Codes of the server for a schema, table or function that isn't there, and for one of another release. */
const NO_SCHEMA = new Set(['3F000', '42P01', '42883', OTHER_VERSION])
/** Reads a registry, with {@link readValues}. */
export const READ: Statement = {
  name: `iris_devtester_read_${SCHEMA_VERSION}`,
  text: 'select iris_devtester.read($1, $2, $3, $4) as document',
}
/**
 * Commits, with the schema's version, the engine, an id of its own, and the changes.
 *
 * @param patienceMs how long it waits for others, in ms; one that insists waits for as long as it takes
 */
export const commitStatement = (patienceMs: number): Statement => ({
  name: `iris_devtester_commit_${SCHEMA_VERSION}`,
  text: `select made, chosen from iris_devtester.commit($1, $2, $3, $4, ${patienceMs})`,
  insisting: 'select made, chosen from iris_devtester.commit($1, $2, $3, $4, 0)',
})

/** @param known the generation that is known already */
export function readValues(engine: string, known: number | undefined): readonly unknown[] {
  return [SCHEMA_VERSION, engine, known ?? -1, ownHost()]
}

/** Whether the schema isn't there, or is of another release. */
export function isOtherSchema(error: unknown): boolean {
  return NO_SCHEMA.has((error as { code?: string }).code ?? '')
}
