import { expect, test } from 'vitest'
import { changedClasses } from './changed-classes.ts'

const SOURCES = {
  'macros.inc': 'ROUTINE macros [Type=INC]\n#define One 1\n',
  'Base.cls': 'Class Demo.Base Extends %RegisteredObject\n{\n}\n',
  'Child.cls': 'Class Demo.Child Extends (Demo.Base, %JSON.Adaptor)\n{\n}\n',
  'Grandchild.cls': 'Class Demo.Grandchild Extends demo.child [ Final ]\n{\n}\n',
  'Other.cls': 'Include macros\n\nClass Demo.Other\n{\n\nMethod A()\n{\n}\n\n}\n',
  'Generated.cls': 'Class Demo.Generated [ DependsOn = (Demo.Other, Demo.None) ]\n{\n}\n',
  'tool.mac': 'ROUTINE tool\n#include macros\n quit\n',
  'Stored.cls': 'Class Demo.Stored Extends (%Persistent, Demo.Base)\n{\n}\n',
  'Foreign.cls': 'Class Demo.Foreign Extends Else.Where\n{\n}\n',
  'rows.sql': 'INSERT INTO Demo.Stored DEFAULT VALUES',
}
type Name = keyof typeof SOURCES
const sources = (names: readonly string[], changed: readonly string[] = []) =>
  names.map((path) => ({ path, content: `${SOURCES[path as Name]}${changed.includes(path) ? '\n' : ''}` }))

const CODE = ['macros.inc', 'Base.cls', 'Child.cls', 'Grandchild.cls', 'Other.cls', 'Generated.cls', 'tool.mac']
const WITH_ROWS = [...CODE, 'Foreign.cls', 'Stored.cls', 'rows.sql']

test.for([
  [CODE, [], []],
  [CODE, ['Grandchild.cls'], ['Grandchild.cls']],
  [CODE, ['Base.cls'], ['Base.cls', 'Child.cls', 'Grandchild.cls']],
  [CODE, ['macros.inc'], ['macros.inc', 'Other.cls', 'Generated.cls', 'tool.mac']],
  [WITH_ROWS, ['Child.cls'], ['Child.cls', 'Grandchild.cls']],
  [WITH_ROWS, ['Stored.cls'], undefined],
  [WITH_ROWS, ['Base.cls'], undefined],
  [WITH_ROWS, ['Foreign.cls'], undefined],
  [WITH_ROWS, ['Child.cls', 'rows.sql'], undefined],
  [['Base.cls', 'Stored.cls'], ['Base.cls'], ['Base.cls', 'Stored.cls']],
] as const)('of %j, when %j have changed, %j are compiled', ([names, changed, expected]) => {
  const found = changedClasses(sources(names), sources(names, changed))
  expect(found?.map(({ path }) => path)).toEqual(expected)
})

test('a new class is compiled with what is made of it; one that is gone or moved needs all of it anew', () => {
  const without = CODE.filter((name) => name !== 'Child.cls')
  expect(changedClasses(sources(without), sources(CODE))?.map(({ path }) => path)).toEqual([
    'Child.cls',
    'Grandchild.cls',
  ])
  expect(changedClasses(sources(CODE), sources(without))).toBeUndefined()
  expect(changedClasses(sources(CODE), sources(CODE.toReversed()))).toBeUndefined()
})

test('a function that has changed needs all of it anew', () => {
  const load = (content: string) => [{ path: 'the function seed of load', content, run: () => {} }]
  expect(changedClasses(load('one'), load('two'))).toBeUndefined()
})
