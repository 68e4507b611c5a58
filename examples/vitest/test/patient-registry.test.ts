import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import {
  admit,
  countPatients,
  discharge,
  findPatient,
  type Patient,
  patientsOn,
  registerPatient,
  removePatient,
} from '../src/patient-registry.ts'
import { createSchema, dropSchema } from '../src/schema.ts'

const ada: Patient = { recordNumber: 'P-1001', familyName: 'Okafor', givenName: 'Ada', born: '1954-03-21' }
const luz: Patient = { recordNumber: 'P-1002', familyName: 'García', givenName: 'Luz', born: '1988-11-02' }

beforeAll(createSchema)
afterEach(async () => {
  for (const { recordNumber } of [ada, luz]) await removePatient(recordNumber)
})
afterAll(async () => {
  await dropSchema()
  await database.close()
})

describe('a patient registry', () => {
  test('finds a patient by record number', async () => {
    await registerPatient(ada)
    await registerPatient(luz)

    expect(await findPatient('P-1002')).toEqual(luz)
    expect(await findPatient('P-9999')).toBeUndefined()
  })

  test('refuses a record number that is taken, and keeps the first patient', async () => {
    await registerPatient(ada)

    await expect(registerPatient({ ...luz, recordNumber: ada.recordNumber })).rejects.toThrow()
    expect(await countPatients()).toBe(1)
    expect(await findPatient(ada.recordNumber)).toEqual(ada)
  })

  test('forgets a patient who is removed', async () => {
    await registerPatient(ada)
    await removePatient(ada.recordNumber)

    expect(await countPatients()).toBe(0)
  })
})

describe('wards', () => {
  test('list their patients by family name', async () => {
    await registerPatient(ada)
    await registerPatient(luz)
    await admit(ada.recordNumber, 'Cardiology')
    await admit(luz.recordNumber, 'Cardiology')

    expect(await patientsOn('Cardiology')).toEqual([luz, ada])
  })

  test('lose a patient who moves or goes home', async () => {
    await registerPatient(ada)
    await admit(ada.recordNumber, 'Cardiology')
    await admit(ada.recordNumber, 'Neurology')
    expect(await patientsOn('Cardiology')).toEqual([])
    expect(await patientsOn('Neurology')).toEqual([ada])

    await discharge(ada.recordNumber)
    expect(await patientsOn('Neurology')).toEqual([])
  })
})
