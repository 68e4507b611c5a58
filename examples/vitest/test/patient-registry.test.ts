import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import { countPatients, findPatient, registerPatient, removePatient } from '../src/patient-registry.ts'
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
