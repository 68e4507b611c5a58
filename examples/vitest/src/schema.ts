import { database } from './database.ts'

/** Creates the tables where they don't exist yet. */
export async function createSchema(): Promise<void> {
  await database.sql(`CREATE TABLE IF NOT EXISTS Patient (
    record_number VARCHAR(16) NOT NULL PRIMARY KEY,
    family_name VARCHAR(80) NOT NULL,
    given_name VARCHAR(80) NOT NULL,
    born VARCHAR(10) NOT NULL
  )`)
  await database.sql(`CREATE TABLE IF NOT EXISTS WardStay (
    record_number VARCHAR(16) NOT NULL PRIMARY KEY,
    ward VARCHAR(40) NOT NULL
  )`)
}

/** Removes the tables with everything in them. */
export async function dropSchema(): Promise<void> {
  await database.sql('DROP TABLE IF EXISTS WardStay')
  await database.sql('DROP TABLE IF EXISTS Patient')
}
