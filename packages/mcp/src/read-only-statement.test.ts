import fc from 'fast-check'
import { expect, it } from 'vitest'
import { requireReadOnly } from './read-only-statement.ts'

it.each([
  'SELECT 1',
  'select top 5 Name from %Dictionary.CompiledClass',
  "SELECT 'it''s; -- no /* comment */ :here', \"in;to\" FROM t",
  'SELECT COUNT(*), MAX(p.age) FROM demo.people p WHERE (p.id IN (1, 2) OR p.name %STARTSWITH ?) AND NOT (p.age > 3)',
  'SELECT CAST(x AS VARCHAR(10)) FROM (SELECT a || b AS x FROM t) u ORDER BY 1',
  'SELECT $PIECE(name, 1), $ZVERSION, a->b, x # 3, x \\ 2 FROM t WHERE EXISTS (SELECT 1 FROM u)',
  'WITH a AS (SELECT 1 AS n), b AS (SELECT (n) FROM a) SELECT n FROM b UNION ALL (SELECT 2)',
  'SELECT ROW_NUMBER() OVER (PARTITION BY a ORDER BY b) FROM t',
  'SELECT e.Start, e.Update FROM events e',
])('lets a query pass: %s', (statement) => {
  expect(() => requireReadOnly(statement)).not.toThrow()
})

it.each([
  ['', 'begins with ""'],
  ['DELETE FROM t', 'begins with "DELETE"'],
  ['  iNsErT INTO t VALUES (1)', 'begins with'],
  ['CALL Demo.Erase()', 'begins with "CALL"'],
  ['(SELECT 1)', 'begins with "("'],
  ['/* SELECT */ DELETE FROM t', 'comment'],
  ['SELECT 1 -- x\nDELETE FROM t', 'comment'],
  ['SELECT 1 // x', 'comment'],
  ['#include x SELECT 1', 'directive'],
  ['SELECT 1; DELETE FROM t', 'more than one statement'],
  ['SELECT 1;', 'semicolon'],
  ['SELECT name INTO :name FROM t', 'host variable'],
  ['SELECT name FROM t WHERE id = :id', 'host variable'],
  ['SELECT * INTO copy FROM t', '"INTO"'],
  ['SELECT * FROM t FOR UPDATE', '"UPDATE"'],
  ['SELECT Demo.Erase(1)', 'calls "Erase"'],
  ['SELECT Erase (1) FROM t', 'calls "Erase"'],
  ['SELECT "Erase"(1) FROM t', 'calls'],
  ['SELECT "SELECT"(1) FROM t', 'calls'],
  ['SELECT Demo.COUNT(1)', 'calls "COUNT"'],
  ['SELECT VARCHAR(1)', 'calls "VARCHAR"'],
  ['SELECT * FROM Demo.Report(1)', 'calls "Report"'],
  ['SELECT * FROM %SYSTEM.SQL_Purge()', 'calls'],
  ['SELECT $$erase^Demo(1)', 'contains "$"'],
  ['SELECT $SYSTEM.Process.Terminate(1)', 'contains "$SYSTEM"'],
  ['SELECT $CLASSMETHOD(1)', 'calls "$CLASSMETHOD"'],
  ['SELECT {fn ERASE(1)}', 'contains "{"'],
  ['SELECT `x`', 'contains "`"'],
  ["SELECT 'x", 'quotation'],
  ['SELECT "x', 'quotation'],
  ['WITH a AS (SELECT 1) DELETE FROM t', 'begins with "DELETE"'],
  ['WITH a AS (SELECT 1)', 'begins with ""'],
  ['WITH a AS (DELETE FROM t) SELECT 1', '"DELETE"'],
  ['WITH a SELECT 1', 'begins with "a"'],
  ['SELECT\u00a01\u0000', 'contains'],
])('refuses what may change something: %s', (statement, problem) => {
  expect(() => requireReadOnly(statement)).toThrow(problem)
})

it('refuses every statement that begins otherwise, and every call of a function of the project', () => {
  const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/)
  fc.assert(
    fc.property(word, fc.string(), (first, rest) => {
      fc.pre(!/^(select|with)$/i.test(first))
      expect(() => requireReadOnly(`${first} ${rest}`)).toThrow()
      expect(() => requireReadOnly(`SELECT Demo.${first} (1)`)).toThrow()
      expect(() => requireReadOnly(`SELECT 1 ${rest}; SELECT 1`)).toThrow()
    }),
  )
})
