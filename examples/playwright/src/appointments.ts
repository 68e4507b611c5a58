import { randomUUID } from 'node:crypto'
import { database } from './database.ts'

export interface Appointment {
  readonly patient: string
  readonly reason: string
}

/** Creates the table where it doesn't exist yet. */
export async function createSchema(): Promise<void> {
  await database.sql(`CREATE TABLE IF NOT EXISTS Appointment (
    appointment_id VARCHAR(36) NOT NULL PRIMARY KEY,
    patient VARCHAR(80) NOT NULL,
    reason VARCHAR(200) NOT NULL
  )`)
}

export async function book({ patient, reason }: Appointment): Promise<void> {
  await database.sql('INSERT INTO Appointment (appointment_id, patient, reason) VALUES (?, ?, ?)', [
    randomUUID(),
    patient,
    reason,
  ])
}

/** All appointments, by patient. */
export async function appointments(): Promise<Appointment[]> {
  const rows = await database.sql<Record<'patient' | 'reason', string>>(
    'SELECT a.patient, a.reason FROM Appointment a ORDER BY a.patient, a.reason',
  )
  return rows.map(({ patient, reason }) => ({ patient, reason }))
}
