/** The version of the schema that this release reads and writes. Each change of the tables or functions adds one. */
export const SCHEMA_VERSION = 3
