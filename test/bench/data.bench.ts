import { connectIris } from '../../packages/core/src/connection/connect-iris.ts'
import { connectionInfo } from '../../packages/core/src/connection/connection-info.ts'
import type { IrisConnection } from '../../packages/core/src/connection/iris-connection.ts'
import { TestHome } from '../machine/test-home.ts'
import { compare, report } from './measure.ts'

const TABLES = 20
const CHANGED = 1_000
const RUNS = Number(process.env.BENCH_RUNS ?? 10)
const GROWTH = Number(process.env.BENCH_DOUBLINGS ?? 20)

/** A parent of all, and children in a row: to be deleted from the last to the first. */
const names = Array.from({ length: TABLES }, (_, at) => `Bench.T${at}`)
const schema = [
  ...names.map(
    (name, at) =>
      `CREATE TABLE ${name} (ID IDENTITY, n INTEGER, Parent INTEGER${at === 0 ? '' : ` REFERENCES ${names[at - 1]} (ID)`})`,
  ),
  'CREATE TABLE Bench.Numbers (n INTEGER)',
]
const seeds = names.flatMap((name) => [1, 2, 3].map((n) => `INSERT INTO ${name} (n) VALUES (${n})`))

/** What it takes to begin a test with the data of set-up. All figures are the image's: the stand-in's, unless IRIS_IMAGE is a real one. */
export async function bench(): Promise<void> {
  await using home = await TestHome.create()
  const iris = await (await home.container('bench')).start()
  console.log(
    `The figures are those of ${process.env.IRIS_IMAGE ?? 'the stand-in'}; those of the stand-in say nothing of a real IRIS.`,
  )
  for (const [what, load] of [
    ['nothing loaded', schema],
    ['3 rows loaded into each', [...schema, ...seeds]],
  ] as const) {
    await resetAgainst(iris.connection, what, load)
  }
  await growth(iris.connection)
}

async function resetAgainst(base: IrisConnection, what: string, load: readonly string[]): Promise<void> {
  const make = async (name: string) => {
    await base.sql(`CREATE DATABASE ${name}`)
    const db = connectIris(connectionInfo({ ...base.info, namespace: name }))
    for (const statement of load) await db.sql(statement)
    return db
  }
  const change = async (db: IrisConnection) => {
    for (const name of names) await db.sql(`INSERT INTO ${name} (n) SELECT n FROM Bench.Numbers`)
  }
  const numbers = async (db: IrisConnection) => {
    for (let n = 0; n < CHANGED / TABLES; n++) await db.sql('INSERT INTO Bench.Numbers (n) VALUES (?)', [n])
  }
  const [reset, hand] = [await make('BENCHRESET'), await make('BENCHHAND')]
  for (const db of [reset, hand]) await numbers(db)
  await reset.markBaseline()
  const byHand = async () => {
    for (const name of names.toReversed()) await hand.sql(`DELETE FROM ${name}`)
    for (const statement of load.filter((one) => one.startsWith('INSERT'))) await hand.sql(statement)
  }
  const both = async () => {
    await change(reset)
    await change(hand)
  }
  await both()
  const { floor, work } = await compare(RUNS, byHand, () => reset.reset(), both)
  report(`reset of ${TABLES} tables, ${CHANGED} rows changed, ${what} / by hand`, floor, work, '≤ 1.3')
  await hand.close()
  const anew = async () => {
    await base.sql('DROP DATABASE BENCHHAND')
    await (await make('BENCHHAND')).close()
  }
  const again = await compare(
    RUNS,
    () => reset.reset(),
    anew,
    () => change(reset),
  )
  report(`dropping, creating and loading the namespace, ${what} / reset`, again.floor, again.work, '≥ 5')
  await reset.close()
  await base.sql('DROP DATABASE BENCHRESET')
  await base.sql('DROP DATABASE BENCHHAND')
}

/** Whether the time of a reset grows as the rows that it takes away and puts back do. */
async function growth(base: IrisConnection): Promise<void> {
  await base.sql('CREATE DATABASE BENCHGROWTH')
  await using db = connectIris(connectionInfo({ ...base.info, namespace: 'BENCHGROWTH' }))
  await db.sql('CREATE TABLE Bench.Large (ID IDENTITY, n INTEGER)')
  await db.sql('INSERT INTO Bench.Large (n) VALUES (0)')
  for (let doubled = 1; doubled <= GROWTH; doubled++) {
    await db.sql('INSERT INTO Bench.Large (n) SELECT n FROM Bench.Large')
    if (doubled < GROWTH - 4 || doubled % 2 !== GROWTH % 2) continue
    await db.markBaseline()
    const began = performance.now()
    await db.reset({
      onProgress: ({ table, milliseconds }) => console.log(`  ${table} after ${Math.round(milliseconds)} ms`),
    })
    const took = performance.now() - began
    console.log(
      `reset of ${2 ** doubled} rows  ${took.toFixed(0)} ms, ${((took * 1_000) / 2 ** doubled).toFixed(2)} µs a row`,
    )
  }
}
