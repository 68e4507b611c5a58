import { once } from 'node:events'
import { type AddressInfo, connect, createServer } from 'node:net'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import { connectIris } from '../../packages/core/src/connection/connect-iris.ts'
import { connectionInfo } from '../../packages/core/src/connection/connection-info.ts'
import type { IrisConnection } from '../../packages/core/src/connection/iris-connection.ts'
import type { ResetProgress } from '../../packages/core/src/connection/reset-data.ts'
import type { AcquiredIris } from '../../packages/core/src/lease/index.ts'
import { LeaseFixture } from '../faults/lease/lease-fixture.ts'

const DOUBLINGS = 20
const ROWS = 2 ** DOUBLINGS

let world: LeaseFixture
let iris: AcquiredIris
let db: IrisConnection
beforeAll(async () => {
  world = await LeaseFixture.open()
  iris = await world.acquire({ projectPath: world.project(), environment: { STANDIN_BOOT_MS: '100' } })
  db = iris.connection
})
afterAll(async () => {
  await iris.release()
  await world[Symbol.asyncDispose]()
})

/** Every byte but the first, which alone stands for an empty text; more than a text may have in one piece. */
const bytes = Array.from({ length: 255 }, (_, at) => String.fromCharCode(at + 1)).join('')
const VALUES = [
  ['0012', 'plain'],
  [bytes.repeat(200), 'Zoë 東京 🩺\r\n\t\u0001'.repeat(4_000)],
  [null, null],
  ['', ''],
]

test('binary and character streams are the same after a reset and after a restore', async () => {
  await db.sql('CREATE TABLE Scan (ID IDENTITY, Image LONGVARBINARY, Report LONGVARCHAR)')
  for (const values of VALUES) await db.sql('INSERT INTO Scan (Image, Report) VALUES (?, ?)', values)
  const rows = () => db.sql('SELECT Image, Report FROM Scan ORDER BY ID', [], { rows: 'arrays' })
  const before = [...(await rows())]
  expect(before).toEqual(VALUES)
  await db.markBaseline()
  await iris.snapshot('streams')
  for (const back of [() => db.reset(), () => iris.restore('streams')]) {
    await db.sql("UPDATE Scan SET Report = 'changed', Image = '1' WHERE ID < 3")
    await db.sql('DELETE FROM Scan WHERE ID = 4')
    await back()
    expect([...(await rows())]).toEqual(before)
  }
})

test('a table with a million rows comes back, with its numbers', { timeout: 240_000 }, async () => {
  await db.sql('CREATE TABLE Large (ID IDENTITY, n INTEGER)')
  await db.sql('INSERT INTO Large (n) VALUES (7)')
  for (let doubled = 0; doubled < DOUBLINGS; doubled++) await db.sql('INSERT INTO Large (n) SELECT n FROM Large')
  await db.markBaseline()
  await db.sql('UPDATE Large SET n = 8 WHERE ID > 3')
  await db.sql('DELETE FROM Large WHERE ID = 5')
  await db.sql('INSERT INTO Large (n) VALUES (9)')
  await db.reset({ onProgress: () => {} })
  const [found] = await db.sql(
    'SELECT COUNT(*) AS howmany, SUM(n) AS total, MIN(ID) AS low, MAX(ID) AS high FROM Large',
  )
  expect(found).toEqual({ howmany: ROWS, total: 7 * ROWS, low: 1, high: ROWS })
  await db.sql('INSERT INTO Large (n) VALUES (1)')
  expect(await db.sql('SELECT ID FROM Large WHERE n = 1')).toEqual([{ ID: ROWS + 1 }])
})

test('past a second a reset says where it is', async () => {
  await db.sql('CREATE TABLE Slow (n INTEGER)')
  await db.markBaseline()
  const relay = createServer((socket) => {
    const way = connect(db.webPort, db.host)
    socket.pipe(way).on('error', () => socket.destroy())
    // Each answer comes late, as from an IRIS that has much to do.
    way.on('data', (data) => setTimeout(() => socket.write(data), 1_500)).on('error', () => socket.destroy())
    socket.on('error', () => {}).on('close', () => way.destroy())
  })
  await once(relay.listen(0, '127.0.0.1'), 'listening')
  const write = vi.spyOn(process.stderr, 'write').mockImplementation(() => true)
  try {
    const { port: webPort } = relay.address() as AddressInfo
    await using late = connectIris(connectionInfo({ ...db.info, host: '127.0.0.1', webPort }))
    const told: ResetProgress[] = []
    await late.reset({ onProgress: (progress) => told.push(progress) })
    expect(told[0]).toMatchObject({ done: 0, table: expect.stringMatching(/^SQLUser\./) })
    await late.reset()
    expect(String(write.mock.calls[0]?.[0])).toMatch(/^IRIS reset {2}SQLUser\.\w+, step 1 of \d+ {2}\(1 s\)\n$/)
  } finally {
    write.mockRestore()
    relay.close()
  }
})
