import { expect, test } from 'vitest'
import { repeated, resultColumns } from './result-columns.ts'

const names = (query: string) =>
  resultColumns(query)?.columns.map(({ name, isStar }) => (isStar ? '*' : (name ?? '(expression)')))

test.each([
  ['SELECT Name FROM T', ['Name']],
  ['select a.Name, b.Name from a join b on a.id = b.id', ['Name', 'Name']],
  ['SELECT TOP 5 S.T.Name AS n, "Odd, name" FROM S.T', ['n', 'Odd, name']],
  ['SELECT DISTINCT TOP ? x y, COUNT(*) total FROM T', ['y', 'total']],
  ['SELECT COUNT(*), MAX(a, b), 5 FROM T', ['(expression)', '(expression)', '(expression)']],
  ["SELECT 'from, x' AS a, (SELECT b FROM U) c FROM T", ['a', 'c']],
  ['SELECT CASE WHEN a IS NULL THEN 1 ELSE 0 END, b IS NULL FROM T', ['(expression)', '(expression)']],
  ['SELECT CASE WHEN a = 1 THEN 2 END AS one FROM T', ['one']],
  ['SELECT *, t.* FROM T', ['*', '*']],
  ['SELECT a -- , b\n, c /* , d */ FROM T', ['a', 'c']],
  ['SELECT 1 AS one', ['one']],
  ['SELECT %ID, Address_City, Doctor->Name FROM T', ['%ID', 'Address_City', '(expression)']],
  ['SELECT a || b, a + b FROM T UNION SELECT c, d FROM U', ['(expression)', '(expression)']],
  ['WITH x AS (SELECT b FROM T) SELECT a, c FROM x', ['a', 'c']],
  ['INSERT INTO T VALUES (1)', undefined],
])('%s', (query, expected) => expect(names(query)).toEqual(expected))

const shown = (query: string) =>
  resultColumns(query)?.tables?.map((one) => {
    const what = one.kind === 'table' ? [one.schema, one.table].filter(Boolean).join('.') : one.kind
    return `${what} ${one.alias}`
  })

test.each([
  ['SELECT * FROM A', ['A A']],
  ['SELECT * FROM S.A x, "T".B AS y WHERE x.i = y.i', ['S.A x', 'T.B y']],
  ['SELECT * FROM A LEFT JOIN S.B ON A.i = B.i', ['A A', 'S.B B']],
  ['SELECT * FROM %PARALLEL A x', ['A x']],
  ['SELECT * FROM (SELECT 1 AS one FROM C, D) x, B ORDER BY 1', ['query x', 'B B']],
  ['SELECT * FROM S.F(1, 2) x, (A JOIN B ON A.i = B.i)', ['unknown undefined', 'unknown undefined']],
  ['WITH x AS (SELECT a FROM T) SELECT * FROM x', ['x x']],
])('what is behind FROM in %s', (query, expected) => expect(shown(query)).toEqual(expected))

test.each(['SELECT * FROM A NATURAL JOIN B', 'SELECT * FROM A JOIN B USING (i)', 'SELECT 1 AS one'])(
  '%s does not tell its tables',
  (query) => expect(resultColumns(query)?.tables).toBeUndefined(),
)

test('a star says what it is of', () => {
  const stars = resultColumns('SELECT *, a.*, S."b x" . * FROM T')?.columns.map(({ of }) => of)
  expect(stars).toEqual([undefined, 'a', 'b x'])
})

test('a name is taken whatever the case of its letters', () => {
  expect(repeated(['Name', undefined, 'age', 'NAME', undefined, 'name'])).toEqual(['name'])
  expect(repeated(['a', 'b'])).toEqual([])
})
