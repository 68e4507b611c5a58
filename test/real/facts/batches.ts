import { BATCH_CLASS, BATCH_SOURCE } from '../../../packages/core/src/connection/batch-class.ts'
import { type Fact, finding, same } from '../fact.ts'
import type { RealIris } from '../real-iris.ts'

/** Several statements in one call: what a reset in two requests rests on. */
export const BATCHES: readonly Fact[] = [
  {
    claim: 'The class IrisDevtester.Batch compiles, and its method Rows gives the rows of several queries',
    check: async (iris) => {
      const web = await loaded(iris)
      await web.rows('CREATE TABLE Fact.Several (A INTEGER, B VARCHAR(5))')
      await web.rows("INSERT INTO Fact.Several (A, B) VALUES (1, '')")
      const queries = ['SELECT A, B FROM Fact.Several', 'SELECT * FROM Fact.Nope', 'SELECT COUNT(*) FROM Fact.Several']
      const [row] = await web.rows('SELECT IrisDevtester.Batch_Rows(?) AS answer', [JSON.stringify(queries)])
      const [some, failed, count] = JSON.parse(String(row?.answer)) as [unknown[][], { sqlcode: number }, unknown[][]]
      const seen = [some.map(([a, b]) => [Number(a), b]), Number(failed.sqlcode), Number(count[0]?.[0])]
      return same(seen, [[[1, '\u0000']], -30, 1])
    },
  },
  {
    claim: 'A method that a SELECT calls may change data and tables, and what it has changed stays',
    check: async (iris) => {
      const web = await loaded(iris)
      await web.rows('CREATE TABLE Fact.Changed (ID IDENTITY, A INTEGER)')
      const statements = [
        'INSERT INTO Fact.Changed (A) VALUES (1)',
        'CREATE TABLE Fact.Made (A INTEGER)',
        'DROP TABLE Fact.Made',
        'TRUNCATE TABLE %NOCHECK Fact.Changed',
        ['DROP TABLE Fact.Made', 'INSERT INTO Fact.Changed (A) VALUES (2)'],
        'SELECT no FROM Fact.Changed',
        'DELETE FROM Fact.Changed',
      ]
      const run = 'SELECT IrisDevtester.Batch_Run(?, ?) AS answer'
      const [row] = await web.rows(run, [JSON.stringify(statements), 60_000])
      const { done, sqlcode } = JSON.parse(String(row?.answer)) as { done: number; sqlcode: number }
      const rows = await web.rows('SELECT ID, A FROM Fact.Changed')
      return same([Number(done), Number(sqlcode), rows], [5, -29, [{ ID: 1, A: 2 }]])
    },
  },
  {
    claim:
      'Its method Holders names the process, the lock and the user of a lock that a session holds in the namespace',
    check: async (iris) => {
      const web = await loaded(iris)
      const script = ['Lock +^FactHeld(1)', 'Write !,"@@",$JOB,!', `Hang ${HELD_SECONDS}`, 'Halt', ''].join('\n')
      const command = ['iris', 'session', 'IRIS', '-U', 'USER']
      const session = (await iris.shared()).exec(command, { stdin: script })
      const until = performance.now() + (HELD_SECONDS * 1_000) / 2
      let seen: unknown[][] = []
      while (seen.length === 0 && performance.now() < until) {
        const [row] = await web.rows('SELECT IrisDevtester.Batch_Holders() AS answer')
        seen = (JSON.parse(String(row?.answer)) as unknown[][]).filter(([, lock]) => String(lock).includes('FactHeld'))
      }
      const { stdout } = await session
      const pid = /^@@(\d+)/m.exec(stdout.replaceAll('\r', ''))?.[1]
      if (pid === undefined || stdout.includes('<SYNTAX>'))
        return { verdict: 'unknown', saw: 'the session held no lock' }
      const [holder = []] = seen
      return finding(String(holder[0]) === pid && holder[2] !== '', `${JSON.stringify(holder)} by process ${pid}`)
    },
  },
  {
    claim:
      'Binary data is copied by CREATE TABLE AS and INSERT … SELECT as it is, and comes back as a text of its bytes',
    check: async (iris) => {
      const web = await iris.web()
      const bytes = Array.from({ length: 255 }, (_, at) => String.fromCharCode(at + 1)).join('')
      await web.rows('CREATE TABLE Fact.Binary (B LONGVARBINARY)')
      await web.rows('INSERT INTO Fact.Binary (B) VALUES (?)', [bytes])
      await web.rows('CREATE TABLE Fact.Kept3 AS SELECT %ID AS IdtRow, B FROM Fact.Binary')
      await web.rows('TRUNCATE TABLE Fact.Binary')
      await web.rows('INSERT INTO Fact.Binary (B) SELECT B FROM Fact.Kept3')
      const [row] = await web.rows('SELECT B FROM Fact.Binary')
      return same(row?.B, bytes)
    },
  },
  {
    claim: 'A call of a method of a class that is not there is an SQL error like others',
    check: async (iris) => {
      const code = await (await iris.web()).sqlcode('SELECT Fact.Nothing_Here(?) AS A', ['x'])
      return finding(code < 0, `SQLCODE ${code}`)
    },
  },
]

/** How long a session holds its lock, in s. */
const HELD_SECONDS = 10

async function loaded(iris: RealIris) {
  const web = await iris.web()
  const body = { enc: false, content: BATCH_SOURCE.split('\n') }
  await web.call(`/api/atelier/v1/USER/doc/${BATCH_CLASS}.cls?ignoreConflict=1`, { method: 'PUT', body })
  const { status } = await web.call('/api/atelier/v1/USER/action/compile?flags=cuk', { body: [`${BATCH_CLASS}.cls`] })
  if (status.summary !== '') throw new Error(status.summary)
  return web
}
