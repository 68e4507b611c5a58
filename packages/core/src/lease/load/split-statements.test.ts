import fc from 'fast-check'
import { expect, test } from 'vitest'
import { splitStatements } from './split-statements.ts'

test.each([
  ['', []],
  [' ;; \n;', []],
  ['SELECT 1', ['SELECT 1']],
  ['SELECT 1;\nSELECT 2;\n', ['SELECT 1', 'SELECT 2']],
  ["INSERT INTO T VALUES ('a;b')", ["INSERT INTO T VALUES ('a;b')"]],
  ["INSERT INTO T VALUES ('it''s; fine');SELECT 2", ["INSERT INTO T VALUES ('it''s; fine')", 'SELECT 2']],
  ['SELECT "a;""b" FROM T; SELECT 2', ['SELECT "a;""b" FROM T', 'SELECT 2']],
  ['-- first; comment\nSELECT 1; -- last', ['SELECT 1']],
  ['/* a; b */ SELECT 1 /* c; d */ + 2;', ['SELECT 1 /* c; d */ + 2']],
  ['SELECT 1 -- one; two\n+ 1; SELECT 2', ['SELECT 1 -- one; two\n+ 1', 'SELECT 2']],
  ["SELECT 'open; string", ["SELECT 'open; string"]],
])('splits %j', (text, statements) => {
  expect(splitStatements(text).map((one) => one.text)).toEqual(statements)
})

const AUDIT = 'CREATE TRIGGER Audit AFTER INSERT ON T'

test.each([
  [`${AUDIT} BEGIN UPDATE T SET n = 1; UPDATE T SET n = 2; END`],
  [`${AUDIT} BEGIN UPDATE T SET n = CASE WHEN n = 1 THEN 2 ELSE 3 END; DELETE FROM T; END`],
  [`create or replace trigger a after insert on t begin insert into t values ('; end'); end`],
  [`${AUDIT} LANGUAGE OBJECTSCRIPT {\n  if x'="" { set y="};{"  ; it's a comment }\n }\n  quit // }\n}`],
  ["CREATE PROCEDURE P() LANGUAGE PYTHON {\n  x = {'a': '}'}  # it's }\n  return x;\n}"],
  ['CREATE FUNCTION F(a INTEGER) RETURNS INTEGER BEGIN DECLARE b INTEGER; SET b = a; RETURN b; END'],
])('a body is not split: %s', (statement) => {
  expect(splitStatements(`${statement};\nSELECT 1`).map((one) => one.text)).toEqual([statement, 'SELECT 1'])
})

test('outside of bodies, their words mean nothing', () => {
  const statements = [
    'SELECT CASE WHEN a = 1 THEN 2 END FROM T',
    'UPDATE T SET Begin = 1',
    "SELECT '{'",
    'SELECT {d x}',
  ]
  expect(splitStatements(statements.join(';')).map((one) => one.text)).toEqual(statements)
})

test('a file of many statements, each with its line', () => {
  const statements = splitStatements("INSERT INTO T (a) VALUES ('x'); -- and so on\n".repeat(200_000))
  expect(statements).toHaveLength(200_000)
  expect(statements.at(-1)?.line).toBe(200_000)
})

const literal = fc.string().map((text) => `'${text.replaceAll("'", "''")}'`)
const name = fc.string({ minLength: 1 }).map((text) => `"${text.replaceAll('"', '""')}"`)
const piece = fc.oneof(literal, name, fc.constantFrom('SELECT', 'x', '=', '(', ')', '\n', '/* ; */'))
const statement = fc.array(piece, { minLength: 1, maxLength: 6 }).map((pieces) => `SELECT ${pieces.join(' ')}`)

test('gives back the statements that were joined, whatever their strings and names hold', () => {
  fc.assert(
    fc.property(fc.array(statement, { maxLength: 5 }), (statements) => {
      expect(splitStatements(statements.join(';\n')).map((one) => one.text)).toEqual(
        statements.map((one) => one.trim()),
      )
    }),
  )
})

test('each has the line that it begins in, behind the comments before it', () => {
  const text = '-- people\nCREATE TABLE a (b INT);\n\n/* two\n lines */ INSERT INTO a\n  VALUES (1);SELECT 1\n'
  expect(splitStatements(text).map(({ line }) => line)).toEqual([2, 5, 6])
})
