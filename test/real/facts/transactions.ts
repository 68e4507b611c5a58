import { SESSION_CLASS, SESSION_SOURCE } from '../../../packages/core/src/connection/session-class.ts'
import { runTransaction, type Transaction } from '../../../packages/core/src/connection/transaction.ts'
import { openContainerSqlSession } from '../../../packages/core/src/container/container-sql-session.ts'
import { type Fact, same } from '../fact.ts'
import type { RealIris } from '../real-iris.ts'

/** A session that stays open: what a transaction rests on. */
export const TRANSACTIONS: readonly Fact[] = [
  {
    claim:
      'The class IrisDevtester.Session compiles, and gives rows with their columns, numbers as numbers, null and texts',
    check: async (iris) => {
      const seen = await inTransaction(iris, async (tx) => {
        const rows = await tx.sql('SELECT 9007199254740993 AS Big, 1.5 AS Small, NULL AS Missing, ? AS Text', ['ä"\n'])
        return rows[0]
      })
      return same(
        JSON.stringify(seen, digits),
        '{"Big":"9007199254740993","Small":1.5,"Missing":null,"Text":"ä\\"\\n"}',
      )
    },
  },
  {
    claim: 'An INSERT in a session tells its identity and an UPDATE how many rows it changed',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Told (A INTEGER)')
      const seen = await inTransaction(iris, async (tx) => {
        const first = await tx.sql('INSERT INTO Fact.Told (A) VALUES (1)')
        await tx.sql('INSERT INTO Fact.Told (A) VALUES (2)')
        return [Number(first.identity), (await tx.sql('UPDATE Fact.Told SET A = A + 1')).rowCount]
      })
      return same(seen, [1, 2])
    },
  },
  {
    claim: 'START TRANSACTION, ROLLBACK and COMMIT by dynamic SQL hold over the statements of one session',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Rolled (A INTEGER)')
      await inTransaction(iris, (tx) => tx.sql('INSERT INTO Fact.Rolled (A) VALUES (1)'))
      await inTransaction(iris, async (tx) => {
        await tx.sql('INSERT INTO Fact.Rolled (A) VALUES (2)')
        throw new Error('on purpose')
      }).catch(() => undefined)
      return same(await web.rows('SELECT A FROM Fact.Rolled'), [{ A: 1 }])
    },
  },
  {
    claim: 'A session whose input ends in the middle of a transaction rolls it back',
    check: async (iris) => {
      const web = await iris.web()
      await web.rows('CREATE TABLE Fact.Left (A INTEGER)')
      const session = await openContainerSqlSession(iris.engine, (await iris.shared()).id, 'USER')
      for (const query of ['START TRANSACTION', 'INSERT INTO Fact.Left (A) VALUES (1)']) {
        await session.run({ query, parameters: [] })
      }
      await session.close()
      return same(await web.rows('SELECT A FROM Fact.Left'), [])
    },
  },
]

async function inTransaction<T>(iris: RealIris, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const session = await openContainerSqlSession(iris.engine, (await iris.shared()).id, 'USER')
  try {
    const loadClass = () => load(iris)
    return await runTransaction({ namespace: 'USER', session, loadClass, isRecorded: false }, work)
  } finally {
    await session.close()
  }
}

async function load(iris: RealIris): Promise<void> {
  const web = await iris.web()
  const body = { enc: false, content: SESSION_SOURCE.split('\n') }
  await web.call(`/api/atelier/v1/USER/doc/${SESSION_CLASS}.cls?ignoreConflict=1`, { method: 'PUT', body })
  const { status } = await web.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: [`${SESSION_CLASS}.cls`] })
  if (status.summary !== '') throw new Error(status.summary)
}

function digits(_: string, value: unknown): unknown {
  return typeof value === 'bigint' ? value.toString() : value
}
