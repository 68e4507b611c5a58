import { database } from './database.ts'

/** Creates the tables where they don't exist yet. */
export async function createSchema(): Promise<void> {
  await database.sql(`CREATE TABLE IF NOT EXISTS BookOrder (
    order_id VARCHAR(16) NOT NULL PRIMARY KEY,
    ticker VARCHAR(8) NOT NULL,
    side VARCHAR(4) NOT NULL,
    price_cents INTEGER NOT NULL,
    quantity INTEGER NOT NULL
  )`)
  await database.sql(`CREATE TABLE IF NOT EXISTS BookTrade (
    trade_id VARCHAR(40) NOT NULL PRIMARY KEY,
    ticker VARCHAR(8) NOT NULL,
    price_cents INTEGER NOT NULL,
    quantity INTEGER NOT NULL
  )`)
}

/** Empties the tables. */
export async function clearSchema(): Promise<void> {
  await database.sql('DELETE FROM BookOrder')
  await database.sql('DELETE FROM BookTrade')
}

/** Removes the tables with everything in them. */
export async function dropSchema(): Promise<void> {
  await database.sql('DROP TABLE IF EXISTS BookTrade')
  await database.sql('DROP TABLE IF EXISTS BookOrder')
}
