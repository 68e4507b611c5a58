import { afterAll, describe, expect, test } from 'vitest'
import { database } from '../src/database.ts'
import { admit, discharge, patientsOn } from '../src/patient-registry.ts'
import { ada, luz } from './patients.ts'

afterAll(() => database.close())

describe('wards', () => {
  test('list their patients by family name', async () => {
    await admit(ada.recordNumber, 'Cardiology')
    await admit(luz.recordNumber, 'Cardiology')

    expect(await patientsOn('Cardiology')).toEqual([luz, ada])
  })

  test('lose a patient who moves or goes home', async () => {
    await admit(ada.recordNumber, 'Cardiology')
    await admit(ada.recordNumber, 'Neurology')
    expect(await patientsOn('Cardiology')).toEqual([])
    expect(await patientsOn('Neurology')).toEqual([ada])

    await discharge(ada.recordNumber)
    expect(await patientsOn('Neurology')).toEqual([])
  })
})
