import fc from 'fast-check'
import { expect, test } from 'vitest'
import { leftovers, licenseWarning, namespacesFor } from '../book/namespace-names.ts'

test('names are what IRIS takes as a namespace, unlike each other, and found again as ours', () => {
  fc.assert(
    fc.property(fc.uuid(), fc.uuid(), fc.integer({ min: 1, max: 200 }), (one, other, workers) => {
      const names = namespacesFor(one, 'worker', workers)
      expect(new Set(names).size).toBe(workers)
      for (const name of names) expect(name).toMatch(/^[A-Z][A-Z0-9]{0,62}$/)
      expect(leftovers(names, [])).toEqual(names)
      expect(leftovers(names, names)).toEqual([])
      if (one.slice(0, 8) !== other.slice(0, 8)) {
        expect(leftovers(names, namespacesFor(other, 'worker', workers))).toEqual(names)
      }
    }),
  )
})

test('a run that shares has none of its own, and one for the run has one', () => {
  const id = 'a1b2c3d4-0000-4000-8000-000000000000'
  expect(namespacesFor(id, 'shared', 4)).toEqual([])
  expect(namespacesFor(id, 'run', 4)).toEqual(['IDTA1B2C3D4R1'])
})

test("a user's namespaces are never taken for leftovers", () => {
  expect(leftovers(['USER', '%SYS', 'IDT', 'IDTEST', 'IDTA1B2C3D4', 'IDTA1B2C3D4W', 'IDTA1B2C3D4W1X'], [])).toEqual([])
  expect(leftovers(['idta1b2c3d4w1'], [])).toEqual(['idta1b2c3d4w1'])
})

test('more than six workers cause a warning', () => {
  expect(licenseWarning(6)).toBeUndefined()
  expect(licenseWarning(7)).toContain('7 workers')
})
