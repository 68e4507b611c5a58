import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { connectIris } from '../../packages/core/src/connection/connect-iris.ts'
import { IrisConnectionError } from '../../packages/core/src/connection/connection-error.ts'
import { connectionInfo } from '../../packages/core/src/connection/connection-info.ts'
import type { IrisConnection } from '../../packages/core/src/connection/iris-connection.ts'
import type { StartedIRISContainer } from '../../packages/testcontainers/src/started-iris-container.ts'
import { rejection, TestHome } from '../machine/test-home.ts'

let home: TestHome
let iris: StartedIRISContainer
beforeAll(async () => {
  home = await TestHome.create()
  iris = await (await home.container('a')).start()
})
afterAll(() => home[Symbol.asyncDispose]())

const connect = (change: Partial<IrisConnection['info']> = {}) =>
  connectIris(connectionInfo({ ...iris.connection.info, ...change }))

describe('licence units, of which there are eight', () => {
  test('many queries, one after the other and at once, take one', async () => {
    await using connection = connect()
    for (let n = 0; n < 30; n++) expect(await connection.sql('SELECT ? AS n', [n])).toEqual([{ n }])
    const rows = await Promise.all(Array.from({ length: 30 }, (_, n) => connection.sql('SELECT ? AS n', [n])))
    expect(rows).toEqual(Array.from({ length: 30 }, (_, n) => [{ n }]))
    const others = Array.from({ length: 6 }, () => connect())
    await Promise.all(others.map((other) => other.serverInfo()))
    await Promise.all(others.map((other) => other.close()))
  })

  test('each connection takes one unit, one too many is refused, and closing frees one at once', async () => {
    await iris.connection.close()
    const held = Array.from({ length: 8 }, () => connect())
    for (const connection of held) await connection.serverInfo()
    const late = connect()
    const error = await rejection<IrisConnectionError>(late.serverInfo())
    expect(error.code).toBe('IRIS_LICENSE_UNITS_EXHAUSTED')
    await held[0]?.close()
    expect((await late.serverInfo()).namespaces.length).toBeGreaterThan(0)
    await Promise.all([...held, late].map((connection) => connection.close()))
  })

  test('a closed connection opens again when it is used', async () => {
    const connection = connect()
    await connection.sql('SELECT 1 AS one')
    await connection.close()
    expect(await connection.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])
    await connection.close()
  })
})

describe('errors are typed', () => {
  test('of SQL, with the SQLCODE', async () => {
    const error = await rejection<IrisConnectionError>(iris.connection.sql('SELECT * FROM Not_There'))
    expect(error).toBeInstanceOf(IrisConnectionError)
    expect(error).toMatchObject({ code: 'SQL_ERROR', sqlCode: -30 })
  })

  test('of the compiler, with its words', async () => {
    const source = 'Class Demo.Broken\n{\nClassMethod Run()\n  Quit 1\n}\n'
    const error = await rejection<IrisConnectionError>(iris.connection.loadClasses({ 'Demo.Broken.cls': source }))
    expect(error.code).toBe('COMPILE_ERROR')
    expect(error.message).toMatch(/Demo\.Broken[\s\S]*ERROR/)
  })

  test('of a wrong password and a namespace that is not there', async () => {
    const wrong = await rejection<IrisConnectionError>(connect({ password: 'wrong' }).serverInfo())
    expect(wrong.code).toBe('IRIS_PASSWORD_REFUSED')
    expect(wrong.message).not.toContain('wrong')
    await using nowhere = connect({ namespace: 'NOWHERE' })
    expect((await rejection<IrisConnectionError>(nowhere.sql('SELECT 1'))).code).toBe('IRIS_NAMESPACE_NOT_FOUND')
  })
})

test('classes are loaded and their tables can be used', async () => {
  const source = 'Class Demo.Loaded Extends %Persistent\n{\n\nProperty Name As %String;\n\n}\n'
  await iris.connection.loadClasses({ 'src/loaded.cls': source })
  await iris.connection.sql('INSERT INTO Demo.Loaded (Name) VALUES (?)', ["O'Hara"])
  expect(await iris.connection.sql('SELECT Name FROM Demo.Loaded')).toEqual([{ Name: "O'Hara" }])
})

test('a value is never code', async () => {
  await iris.connection.sql('CREATE TABLE Values_Only (v VARCHAR(200))')
  const value = `'); DROP TABLE Values_Only; --"<&\u{1f600}\n\t\\`
  await iris.connection.sql('INSERT INTO Values_Only (v) VALUES (?)', [value])
  expect(await iris.connection.sql('SELECT v FROM Values_Only')).toEqual([{ v: value }])
})

describe('what HTTP can not give is refused, and nothing is sent', () => {
  test('a transaction over several calls: the row that was to be taken back would stay', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Kept (n INTEGER)')
    const work = async () => {
      await connection.sql('START TRANSACTION')
      await connection.sql('INSERT INTO Kept (n) VALUES (1)')
      await connection.sql('ROLLBACK')
    }
    const error = await rejection<IrisConnectionError>(work())
    expect(error.code).toBe('SQL_TRANSACTION_UNSUPPORTED')
    expect(error.message).toContain('reset()')
    expect(await connection.sql('SELECT n FROM Kept')).toEqual([])
    const whole = await rejection<IrisConnectionError>(connection.transaction(async (tx) => tx.sql('SELECT 1 AS one')))
    expect(whole.code).toBe('SQL_TRANSACTION_UNSUPPORTED')
  })

  test('parameters that are too many, too few or no values', async () => {
    const { connection } = iris
    for (const [query, parameters] of [
      ['SELECT 1 AS one', [1]],
      ['SELECT ? AS one', []],
      ['SELECT ? AS one', [undefined as never]],
      ['SELECT ? AS one', [2n ** 64n]],
    ] as const) {
      expect((await rejection<IrisConnectionError>(connection.sql(query, parameters))).code).toBe(
        'SQL_PARAMETERS_INVALID',
      )
    }
  })

  test('two columns of one name, also behind a *', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Twin_A (Id INTEGER, Name VARCHAR(9))')
    await connection.sql('CREATE TABLE Twin_B (Id INTEGER, Label VARCHAR(9), Name VARCHAR(9))')
    await connection.sql("INSERT INTO Twin_A (Id, Name) VALUES (1, 'Ada')")
    await connection.sql("INSERT INTO Twin_B (Id, Label, Name) VALUES (1, 'x', 'Bob')")
    const named = 'SELECT a.Name, b.Name FROM Twin_A a JOIN Twin_B b ON a.Id = b.Id'
    for (const query of [
      named,
      'SELECT * FROM Twin_A a JOIN Twin_B b ON a.Id = b.Id',
      'SELECT * FROM Twin_A a JOIN twin_a b ON a.Id = b.Id',
      'SELECT *, UPPER(Name) AS Name FROM Twin_A',
      'SELECT * FROM (SELECT Name FROM Twin_A) a, (SELECT * FROM Twin_B) b',
    ]) {
      const error = await rejection<IrisConnectionError>(connection.sql(query))
      expect(error).toMatchObject({
        code: 'SQL_COLUMNS_NOT_UNIQUE',
        details: { names: expect.arrayContaining(['Name']) },
      })
    }
    expect(await connection.sql(named, [], { rows: 'arrays' })).toEqual([['Ada', 'Bob']])
    expect(await connection.sql('SELECT *, Name FROM Twin_A', [], { rows: 'arrays' })).toEqual([[1, 'Ada', 'Ada']])
    expect(await connection.sql('SELECT a.*, b.Label FROM Twin_A a, Twin_B b')).toEqual([
      { Id: 1, Name: 'Ada', Label: 'x' },
    ])
    expect(await connection.sql('SELECT * FROM Twin_A')).toEqual([{ Id: 1, Name: 'Ada' }])
  })

  test('columns that are named like numbers, in rows as lists', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Yearly (Name VARCHAR(9), This INTEGER, Last INTEGER)')
    await connection.sql("INSERT INTO Yearly (Name, This, Last) VALUES ('x', 1, 2)")
    const query = 'SELECT This AS "2025", Name, Last AS "2024" FROM Yearly'
    expect(await connection.sql(query, [], { rows: 'arrays' })).toEqual([[1, 'x', 2]])
  })

  test('how many rows changed, and which identity a row got', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Counted (Id IDENTITY, n INTEGER)')
    const inserted = await connection.sql('INSERT INTO Counted (n) VALUES (1)')
    expect(() => inserted.identity).toThrow('SQL_RESULT_UNKNOWN'.toLowerCase())
    const changed = await connection.sql('UPDATE Counted SET n = 2')
    expect(() => changed.rowCount).toThrow('how many rows')
    expect((await connection.sql('SELECT n FROM Counted')).rowCount).toBe(1)
  })
})

describe('values come back as they are', () => {
  test('null is not the empty text', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Nulls (a VARCHAR(5), b VARCHAR(5), c INTEGER)')
    await connection.sql('INSERT INTO Nulls (a, b, c) VALUES (?, ?, ?)', ['', null, null])
    expect(await connection.sql('SELECT a, b, c FROM Nulls')).toEqual([{ a: '', b: null, c: null }])
    expect(await connection.sql("SELECT COUNT(*) AS n FROM Nulls WHERE a = '' AND b IS NULL")).toEqual([{ n: 1 }])
  })

  test('whole numbers of 64 bits keep their digits', async () => {
    const { connection } = iris
    await connection.sql('CREATE TABLE Wide (n BIGINT)')
    const values = [2n ** 63n - 1n, -(2n ** 63n), 5n]
    for (const value of values) await connection.sql('INSERT INTO Wide (n) VALUES (?)', [value])
    expect(await connection.sql('SELECT n FROM Wide ORDER BY n')).toEqual([
      { n: -(2n ** 63n) },
      { n: 5 },
      { n: 2n ** 63n - 1n },
    ])
  })
})

test('a connection outlives a restart that it knows nothing of', async () => {
  await using connection = connect()
  await connection.sql('CREATE TABLE Before_Restart (n INTEGER)')
  await iris.restart()
  await connection.sql('INSERT INTO Before_Restart (n) VALUES (7)')
  expect(await connection.sql('SELECT n FROM Before_Restart')).toEqual([{ n: 7 }])
})
