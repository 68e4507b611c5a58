import { database } from './database.ts'

export interface Patient {
  /** The hospital's own number for the patient, `P-1001`. */
  readonly recordNumber: string
  readonly familyName: string
  readonly givenName: string
  /** ISO 8601: `1954-03-21`. */
  readonly born: string
}

type PatientRow = Record<'record_number' | 'family_name' | 'given_name' | 'born', string>

const columns = 'p.record_number, p.family_name, p.given_name, p.born'

/**
 * Enters a new patient.
 *
 * @throws when the record number is taken
 */
export async function registerPatient({ recordNumber, familyName, givenName, born }: Patient): Promise<void> {
  await database.sql('INSERT INTO Patient (record_number, family_name, given_name, born) VALUES (?, ?, ?, ?)', [
    recordNumber,
    familyName,
    givenName,
    born,
  ])
}

export async function findPatient(recordNumber: string): Promise<Patient | undefined> {
  const [row] = await database.sql<PatientRow>(`SELECT ${columns} FROM Patient p WHERE p.record_number = ?`, [
    recordNumber,
  ])
  return row && toPatient(row)
}

export async function countPatients(): Promise<number> {
  const [row] = await database.sql('SELECT COUNT(*) AS patient_count FROM Patient')
  return Number(row?.patient_count)
}

/** Removes a patient, who leaves their ward by that. */
export async function removePatient(recordNumber: string): Promise<void> {
  await discharge(recordNumber)
  await database.sql('DELETE FROM Patient WHERE record_number = ?', [recordNumber])
}

/** Puts a patient on a ward; one who was on another leaves that. */
export async function admit(recordNumber: string, ward: string): Promise<void> {
  await discharge(recordNumber)
  await database.sql('INSERT INTO WardStay (record_number, ward) VALUES (?, ?)', [recordNumber, ward])
}

export async function discharge(recordNumber: string): Promise<void> {
  await database.sql('DELETE FROM WardStay WHERE record_number = ?', [recordNumber])
}

/** Who is on a ward, by family name. */
export async function patientsOn(ward: string): Promise<Patient[]> {
  const rows = await database.sql<PatientRow>(
    `SELECT ${columns} FROM Patient p JOIN WardStay s ON s.record_number = p.record_number
     WHERE s.ward = ? ORDER BY p.family_name, p.given_name`,
    [ward],
  )
  return rows.map(toPatient)
}

function toPatient(row: PatientRow): Patient {
  return {
    recordNumber: row.record_number,
    familyName: row.family_name,
    givenName: row.given_name,
    born: row.born,
  }
}
