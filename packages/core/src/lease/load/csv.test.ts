import fc from 'fast-check'
import { expect, test } from 'vitest'
import { CsvError, parseCsv } from './csv.ts'

const texts = (csv: string) => parseCsv(csv).map(({ fields }) => fields.map(({ text }) => text))

test('values, quotes, empty lines and line ends', () => {
  expect(texts('\uFEFFa,b\r\n1,"x, ""y"""\n\n,\n3,4')).toEqual([
    ['a', 'b'],
    ['1', 'x, "y"'],
    ['', ''],
    ['3', '4'],
  ])
  expect(texts('')).toEqual([])
})

test('a quoted empty value is told from one that is not there', () => {
  expect(parseCsv('"",')[0]?.fields).toEqual([
    { text: '', isQuoted: true },
    { text: '', isQuoted: false },
  ])
})

test('a row has the line that it begins in', () => {
  expect(parseCsv('a\n"x\ny"\n\nz').map(({ line }) => line)).toEqual([1, 2, 5])
})

test.each([
  ['a\n"open', 2],
  ['a,"b"c', 1],
  ['a\nb"c"', 2],
])('what is no CSV is refused with its line: %j', (csv, line) => {
  let error: unknown
  try {
    parseCsv(csv)
  } catch (thrown) {
    error = thrown
  }
  expect(error).toBeInstanceOf(CsvError)
  expect(error).toMatchObject({ line })
})

test('what was written comes back, whatever is in it', () => {
  const rows = fc.array(fc.array(fc.string({ minLength: 1 }), { minLength: 2, maxLength: 4 }))
  fc.assert(
    fc.property(rows, (values) => {
      const csv = values.map((row) => row.map((one) => `"${one.replaceAll('"', '""')}"`).join(',')).join('\n')
      expect(texts(csv)).toEqual(values)
    }),
  )
})
