import type { Patient } from '../src/patient-registry.ts'

export const ada: Patient = { recordNumber: 'P-1001', familyName: 'Okafor', givenName: 'Ada', born: '1954-03-21' }
export const luz: Patient = { recordNumber: 'P-1002', familyName: 'García', givenName: 'Luz', born: '1988-11-02' }
