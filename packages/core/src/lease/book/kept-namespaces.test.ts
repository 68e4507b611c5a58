import { describe, expect, test } from 'vitest'
import type { KeptNamespaceRecord } from '../../ports/document/lease-record.ts'
import { container, lease, NOW } from '../testing/book.ts'
import { expiredKept, forgetKept, MOST_KEPT, noteRunEnded, recordKept } from './kept-namespaces.ts'

const ago = (milliseconds: number) => new Date(NOW - milliseconds).toISOString()
const copy = (number: number, change: Partial<KeptNamespaceRecord> = {}): KeptNamespaceRecord => ({
  namespace: `K${number}`,
  lease: 'a',
  at: ago(10_000),
  ...change,
})
const bookOf = (kept: readonly KeptNamespaceRecord[] = []) => ({
  leases: [lease('a')],
  containers: { c: container(kept.length > 0 ? { kept } : {}) },
})
const namesIn = ({ containers: { c } }: ReturnType<typeof bookOf>) => c.kept?.map(({ namespace }) => namespace)
const full = (of: string) => Array.from({ length: MOST_KEPT }, (_, at) => copy(at + 1, { lease: of }))

describe('a container holds so many copies', () => {
  test('until there are as many, none goes', () => {
    const book = bookOf(full('b').slice(1))
    expect(recordKept(book, 'c', copy(20))).toEqual({ dropped: undefined })
    expect(namesIn(book)).toEqual(['K2', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8', 'K20'])
  })

  test('the oldest of an earlier run goes for one more', () => {
    const book = bookOf([copy(30), ...full('b').slice(1)])
    expect(recordKept(book, 'c', copy(20), ['K30'])).toEqual({ dropped: 'K2' })
    expect(namesIn(book)).toEqual(['K30', 'K3', 'K4', 'K5', 'K6', 'K7', 'K8', 'K20'])
  })

  test('none of the same run does', () => {
    const book = bookOf(full('a'))
    expect(recordKept(book, 'c', copy(20), namesIn(book))).toBe('full')
    expect(namesIn(book)).toHaveLength(MOST_KEPT)
  })

  test('one of its earlier rerun does', () => {
    const book = bookOf(full('a'))
    expect(recordKept(book, 'c', copy(20), ['K1', 'K2'])).toEqual({ dropped: 'K3' })
  })

  test('and a container that is gone holds none', () => {
    const book = bookOf()
    expect(recordKept(book, 'gone', copy(1))).toBe('full')
    expect(Object.keys(book.containers)).toEqual(['c'])
  })
})

test('what is forgotten leaves no empty list behind', () => {
  const book = bookOf([copy(1), copy(2)])
  forgetKept(book, 'c', ['K1'])
  expect(namesIn(book)).toEqual(['K2'])
  forgetKept(book, 'c', ['K2'])
  expect(book.containers.c).not.toHaveProperty('kept')
})

describe('a copy is kept for the idle limit of 1 s', () => {
  test.each([
    ['not counted while its run is there', copy(1), []],
    ['from the end of its run on', copy(1, { run_ended: ago(999) }), []],
    ['and no longer', copy(1, { run_ended: ago(1_000) }), ['K1']],
    ['from when it was made, where nothing is known of its run', copy(1, { lease: 'lost', at: ago(1_000) }), ['K1']],
    ['the same, within the limit', copy(1, { lease: 'lost', at: ago(999) }), []],
  ])('%s', (_, one, expected) => {
    const book = bookOf([one])
    expect(expiredKept(book, book.containers.c, NOW)).toEqual(expected)
  })

  test('the end of a run is noted once, and for its own copies', () => {
    const book = bookOf([copy(1), copy(2, { run_ended: ago(5) }), copy(3, { lease: 'b' })])
    noteRunEnded(book, 'a', new Date(NOW))
    expect(book.containers.c.kept?.map(({ run_ended }) => run_ended)).toEqual([ago(0), ago(5), undefined])
  })
})
