import { SCHEMA_VERSION } from './schema-version.ts'

/** Raised for a client of another release than the one that the schema is of. */
export const OTHER_VERSION = 'IR002'

/** Begins a function: refuses clients of another release. */
export const CHECK_VERSION = `if p_version <> ${SCHEMA_VERSION} then
    raise exception 'the schema has version ${SCHEMA_VERSION}' using errcode = '${OTHER_VERSION}';
  end if;`
