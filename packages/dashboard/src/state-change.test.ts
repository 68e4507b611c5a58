import { expect, test } from 'vitest'
import type { DashboardState } from './state.ts'
import { stateChange } from './state-change.ts'

const about = { registry: 'r', command: 'c', isShared: false, machine: '', engine: 'e', seesProcesses: true }
const project = (name: string) => ({ name, title: name, folder: name, instances: [] })
const state = (projects: DashboardState['projects']): DashboardState => ({ about, ranges: {}, projects })

test('the first change is the whole state, later ones only what differs, and no difference is none', () => {
  const one = state({ a: project('a'), b: project('b') })
  expect(stateChange(undefined, one)).toBe(one)
  expect(stateChange(one, structuredClone(one))).toBeUndefined()
  const other = state({ b: project('b'), c: project('c') })
  expect(stateChange(one, other)).toEqual({ projects: { a: null, c: project('c') } })
  expect(stateChange(one, { ...one, about: { ...about, engineProblem: 'away' } })).toEqual({
    about: { ...about, engineProblem: 'away' },
  })
})
