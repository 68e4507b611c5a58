import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import { admit, discharge, patientsOn, registerPatient, removePatient } from '../src/patient-registry.ts'
import { createSchema, dropSchema } from '../src/schema.ts'
import { ada, luz } from './patients.ts'

beforeAll(createSchema)
afterEach(async () => {
  for (const { recordNumber } of [ada, luz]) await removePatient(recordNumber)
})
afterAll(async () => {
  await dropSchema()
  await database.close()
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
