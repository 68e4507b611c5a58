import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { acquireIris } from '../../packages/core/src/lease/acquire/acquire-iris.ts'
import type { AcquiredIris } from '../../packages/core/src/lease/acquire/acquired-iris.ts'
import { newTestFolder } from '../machine/test-folder.ts'
import { RegistryHome } from './consumer/registry-home.ts'

describe('a transaction of a run', () => {
  const home = new RegistryHome()
  let iris: AcquiredIris

  beforeAll(async () => {
    iris = await acquireIris({ projectPath: newTestFolder(), registry: home.registry, quiet: true, workers: 2 })
  })
  beforeEach(async () => {
    await iris.connection.sql('DROP TABLE IF EXISTS Patient')
    await iris.connection.sql('CREATE TABLE Patient (Id INT IDENTITY, Name VARCHAR(20), Number BIGINT)')
  })
  afterAll(async () => {
    await iris.release()
    await home[Symbol.asyncDispose]()
  })
  const names = async () => (await iris.connection.sql('SELECT Name FROM Patient')).map(({ Name }) => Name)

  test('is committed when its function resolves, and gives its value', async () => {
    const value = await iris.connection.transaction(async (tx) => {
      await tx.sql('INSERT INTO Patient (Name) VALUES (?)', ['Ada'])
      await tx.sql('INSERT INTO Patient (Name) VALUES (?)', ['Zoë'])
      return tx.namespace
    })
    expect([value, await names()]).toEqual([iris.namespaces[0], ['Ada', 'Zoë']])
  })

  test('is rolled back when its function rejects, with that error', async () => {
    await iris.connection.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
    const reason = new Error('on purpose')
    const work = iris.connection.transaction(async (tx) => {
      await tx.sql("UPDATE Patient SET Name = 'Bob'")
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Cy')")
      expect(await tx.sql('SELECT Name FROM Patient')).toEqual([{ Name: 'Bob' }, { Name: 'Cy' }])
      throw reason
    })
    await expect(work).rejects.toBe(reason)
    expect(await names()).toEqual(['Ada'])
  })

  test('tells row counts and identities, and gives values as the connection does', async () => {
    const number = 2n ** 60n + 1n
    await iris.connection.transaction(async (tx) => {
      const first = await tx.sql('INSERT INTO Patient (Name, Number) VALUES (?, ?)', ['', number])
      const second = await tx.sql('INSERT INTO Patient (Name, Number) VALUES (?, ?)', [null, 7])
      expect(Number(second.identity)).toBe(Number(first.identity) + 1)
      expect((await tx.sql('UPDATE Patient SET Number = Number')).rowCount).toBe(2)
      const rows = await tx.sql('SELECT Name, Number FROM Patient ORDER BY Id')
      expect([rows.rowCount, [...rows]]).toEqual([
        2,
        [
          { Name: '', Number: number },
          { Name: null, Number: 7 },
        ],
      ])
      expect(await tx.sql('SELECT Name, Name FROM Patient ORDER BY Id', [], { rows: 'arrays', maxRows: 1 })).toEqual([
        ['', ''],
      ])
      const twice = 'SELECT * FROM Patient a, Patient b WHERE a.Id = 1 AND b.Id = 2'
      expect(await tx.sql(twice, [], { rows: 'arrays' })).toEqual([[1, '', number, 2, null, 7]])
      await expect(tx.sql('SELECT Name, Name FROM Patient')).rejects.toMatchObject({ code: 'SQL_COLUMNS_NOT_UNIQUE' })
      await expect(tx.sql('SELECT ?')).rejects.toMatchObject({ code: 'SQL_PARAMETERS_INVALID' })
    })
  })

  test('takes long statements and many rows', async () => {
    const name = 'ä"\n'.repeat(5)
    await iris.connection.transaction(async (tx) => {
      for (let row = 0; row < 50; row += 1) await tx.sql('INSERT INTO Patient (Name) VALUES (?)', [name])
      const found = await tx.sql(`SELECT Name, '${'x'.repeat(40_000)}' AS Text FROM Patient`)
      expect([found.length, found[0]?.Name, String(found[49]?.Text).length]).toEqual([50, name, 40_000])
    })
  })

  test('goes on after a statement that IRIS refuses, and rolls back to a savepoint', async () => {
    await iris.connection.transaction(async (tx) => {
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
      await expect(tx.sql('INSERT INTO Nowhere (a) VALUES (1)')).rejects.toMatchObject({
        code: 'SQL_ERROR',
        details: { sqlCode: -30 },
      })
      await tx.sql('SAVEPOINT before_bob')
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Bob')")
      await tx.sql('ROLLBACK TO SAVEPOINT before_bob')
    })
    expect(await names()).toEqual(['Ada'])
  })

  test('is neither ended by a statement nor used after its end', async () => {
    let kept: Parameters<Parameters<typeof iris.connection.transaction>[0]>[0] | undefined
    await iris.connection.transaction(async (tx) => {
      kept = tx
      for (const query of ['COMMIT', 'ROLLBACK', 'START TRANSACTION']) {
        await expect(tx.sql(query)).rejects.toMatchObject({ code: 'SQL_TRANSACTION_UNSUPPORTED' })
      }
    })
    await expect(kept?.sql('SELECT 1')).rejects.toMatchObject({
      code: 'SQL_TRANSACTION_UNSUPPORTED',
      message: expect.stringContaining('has ended'),
    })
  })

  test('runs beside one in the namespace of another worker, and its statements in their order', async () => {
    const other = iris.connectionFor(2)
    await other.sql('CREATE TABLE Patient (Name VARCHAR(20))')
    await Promise.all(
      [iris.connection, other].map((connection) =>
        connection.transaction(async (tx) => {
          const inserts = ['1', '2', '3'].map((name) => tx.sql('INSERT INTO Patient (Name) VALUES (?)', [name]))
          await Promise.all(inserts)
          await sleep(200)
        }),
      ),
    )
    expect(await names()).toEqual(['1', '2', '3'])
    expect((await other.sql('SELECT Name FROM Patient')).map(({ Name }) => Name)).toEqual(['1', '2', '3'])
  })

  test('is lost with its session, which is an error even where the function has not noticed', async () => {
    const work = iris.connection.transaction(async (tx) => {
      await tx.sql("INSERT INTO Patient (Name) VALUES ('Ada')")
      await iris.restart()
    })
    await expect(work).rejects.toMatchObject({
      code: 'IRIS_UNREACHABLE',
      message: expect.stringContaining('IRIS rolls it back'),
    })
    expect(await names()).toEqual([])
  })
})

test('without a container, a transaction is refused with a reason', async () => {
  await using home = new RegistryHome()
  await using iris = await acquireIris({ projectPath: newTestFolder(), registry: home.registry, quiet: true })
  const { connectIris } = await import('../../packages/core/src/connection/index.ts')
  await using connection = connectIris(iris.connection.info)
  await expect(connection.transaction(async () => {})).rejects.toMatchObject({ code: 'SQL_TRANSACTION_UNSUPPORTED' })
})
