import type { Patient } from '../src/patient-registry.ts'

/** Those of Patient.csv, which each test begins with. */
export const ada: Patient = { recordNumber: 'P-1001', familyName: 'Okafor', givenName: 'Ada', born: '1954-03-21' }
export const luz: Patient = { recordNumber: 'P-1002', familyName: 'García', givenName: 'Luz', born: '1988-11-02' }
export const jan: Patient = { recordNumber: 'P-1003', familyName: 'Nowak', givenName: 'Jan', born: '1971-06-30' }

/** One who is new. */
export const kim: Patient = { recordNumber: 'P-1004', familyName: 'Berg', givenName: 'Kim', born: '2001-01-15' }
