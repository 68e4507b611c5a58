import { expect, test } from 'vitest'
import { IrisConnectionError } from './connection-error.ts'
import { checkStatement, endsTransaction } from './statement-checks.ts'

function codeOf(query: string, parameters: readonly unknown[] = []): string | undefined {
  try {
    checkStatement(query, parameters)
    return undefined
  } catch (error) {
    return error instanceof IrisConnectionError ? error.code : 'untyped'
  }
}

test.each([
  'START TRANSACTION',
  'start\n transaction',
  '/* first */ COMMIT',
  '-- first\nROLLBACK',
  'ROLLBACK TO SAVEPOINT a',
  'SAVEPOINT a',
  'SET TRANSACTION ISOLATION LEVEL READ COMMITTED',
  'LOCK TABLE T IN EXCLUSIVE MODE',
])('refused, since the next statement knows nothing of it: %s', (query) => {
  expect(codeOf(query)).toBe('SQL_TRANSACTION_UNSUPPORTED')
})

test.each([
  ['SELECT 1', []],
  ['SELECT \'?\', "?" FROM T -- ?\n/* ? */ WHERE a = ?', [1]],
  ["INSERT INTO T VALUES ('it''s ?', ?)", [1]],
  ['CREATE PROCEDURE P() LANGUAGE OBJECTSCRIPT { quit x?1N }', []],
  ['SELECT rollback FROM T', []],
])('accepted: %s', (query, parameters) => expect(codeOf(query, parameters)).toBeUndefined())

test.each([
  ['SELECT 1', [1]],
  ['SELECT ?', []],
  ['SELECT ?, ?', [1]],
  ['CREATE TABLE T (a INT)', [1]],
  ["SELECT '?'", ['a']],
])('the wrong number of parameters: %s', (query, parameters) => {
  expect(codeOf(query, parameters)).toBe('SQL_PARAMETERS_INVALID')
})

test.each([
  ['COMMIT', true],
  ['ROLLBACK', true],
  [' start  transaction', true],
  ['ROLLBACK TO SAVEPOINT a', false],
  ['SAVEPOINT a', false],
  ["SELECT 'COMMIT'", false],
])('%s ends a transaction: %s', (query, expected) => {
  expect(endsTransaction(query)).toBe(expected)
})
