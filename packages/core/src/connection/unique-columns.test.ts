import { describe, expect, test } from 'vitest'
import { uniqueColumns } from './unique-columns.ts'

const COLUMNS: Readonly<Record<string, readonly string[]>> = {
  Emp: ['ID', 'Name', 'Boss'],
  Dep: ['ID', 'Label'],
}
const catalogue = async (_: string, parameters: readonly unknown[]) => {
  const asked = parameters.map((one) => String(one).toUpperCase())
  return Object.entries(COLUMNS)
    .filter(([table]) => asked.includes(table.toUpperCase()))
    .flatMap(([table, names]) =>
      names.map((name) => ({ TABLE_SCHEMA: 'SQLUser', TABLE_NAME: table, COLUMN_NAME: name })),
    )
}
const sent = (query: string, rename: boolean) => uniqueColumns(query, rename, catalogue)

describe('a row that could hold only one of two columns is refused', () => {
  test.each([
    ['SELECT * FROM Emp a JOIN Emp b ON a.ID = b.Boss', ['ID', 'Name', 'Boss']],
    ['SELECT * FROM emp, dep', ['ID']],
    ['SELECT *, UPPER(Name) AS Name FROM Emp', ['Name']],
    ['SELECT a.*, b.ID FROM Emp a, Dep b', ['ID']],
    ['SELECT * FROM (SELECT ID, Label FROM Dep) x, (SELECT * FROM Dep) y', ['ID', 'Label']],
    ['SELECT Name, Name FROM Emp', ['Name']],
    ['WITH x AS (SELECT Name FROM Emp) SELECT Name, Name FROM x', ['Name']],
  ])('%s', async (query, names) => {
    await expect(sent(query, false)).rejects.toMatchObject({ code: 'SQL_COLUMNS_NOT_UNIQUE', details: { names } })
  })
})

test.each([
  'SELECT * FROM Emp',
  'SELECT a.*, b.Label FROM Emp a, Dep b',
  'SELECT a.* FROM Emp a, Emp b',
  // What stands twice here is the same value.
  'SELECT ID, * FROM Emp',
  'SELECT *, e.Name FROM Emp e',
  'SELECT * FROM (SELECT Name FROM Emp) x, Dep',
])('one whose columns all have their place is sent as it is: %s', async (query) => {
  expect(await sent(query, false)).toBe(query)
})

describe('where rows come without names', () => {
  test.each([
    ['SELECT Name, Name FROM Emp', 'SELECT Name, Name AS IDT_column_2 FROM Emp'],
    ['SELECT ID, * FROM Emp', 'SELECT ID AS IDT_column_1, * FROM Emp'],
    ['SELECT *, UPPER(Name) AS Name FROM Emp', 'SELECT *, UPPER(Name) AS IDT_column_2 FROM Emp'],
    ['SELECT a.*, b.Label FROM Emp a, Dep b', 'SELECT a.*, b.Label FROM Emp a, Dep b'],
  ])('a name that is taken gives way: %s', async (query, expected) => {
    expect(await sent(query, true)).toBe(expected)
  })

  test('stars that repeat a name are refused, as they have no place for another', async () => {
    await expect(sent('SELECT *, * FROM Emp', true)).rejects.toMatchObject({ code: 'SQL_COLUMNS_NOT_UNIQUE' })
    await expect(sent('SELECT * FROM Emp, Dep', true)).rejects.toMatchObject({ details: { names: ['ID'] } })
  })
})
