import { afterAll, describe, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import { countPatients, findPatient, registerPatient, removePatient } from '../src/patient-registry.ts'
import { ada, jan, kim, luz } from './patients.ts'

afterAll(() => database.close())

describe('a patient registry', () => {
  test('finds a patient by record number', async () => {
    expect(await findPatient('P-1002')).toEqual(luz)
    expect(await findPatient('P-9999')).toBeUndefined()
  })

  test('takes in a patient who is new', async () => {
    await registerPatient(kim)

    expect(await countPatients()).toBe(4)
    expect(await findPatient(kim.recordNumber)).toEqual(kim)
  })

  test('refuses a record number that is taken, and keeps the first patient', async () => {
    await expect(registerPatient({ ...kim, recordNumber: ada.recordNumber })).rejects.toThrow()
    expect(await countPatients()).toBe(3)
    expect(await findPatient(ada.recordNumber)).toEqual(ada)
  })

  test('forgets a patient who is removed', async () => {
    await removePatient(jan.recordNumber)

    expect(await countPatients()).toBe(2)
  })
})
