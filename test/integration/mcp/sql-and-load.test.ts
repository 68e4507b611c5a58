import { mkdirSync, symlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { TestHome } from '../../machine/test-home.ts'
import { CommandLine } from '../cli/command-line.ts'
import { Agent } from './agent.ts'

let home: TestHome
let project: CommandLine
let agent: Agent

beforeAll(async () => {
  home = await TestHome.create()
  project = new CommandLine({ IRIS_DEVTESTER_HOME: home.path, STANDIN_BOOT_MS: '50' })
  agent = await Agent.start(project, [project.folder])
  // From now on the client checks each result by the tool's output schema.
  await agent.client.listTools()
  const up = await agent.call('iris_up')
  expect(up.isError, up.text).toBe(false)
  await write('CREATE TABLE demo.people (name VARCHAR(200000), password VARCHAR(20))')
})

afterAll(async () => {
  await agent[Symbol.asyncDispose]()
  project[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

describe('iris_sql', () => {
  it('gives the rows of a query with parameters, as they are', async () => {
    await write('INSERT INTO demo.people (name, password) VALUES (?, ?)', ['Ada', 'her own'])
    const { isError, value } = await agent.call('iris_sql', {
      query: 'SELECT name, password FROM demo.people WHERE name = ?',
      parameters: ['Ada'],
    })
    expect({ isError, value }).toEqual({
      isError: false,
      value: { rows: [{ name: 'Ada', password: 'her own' }], isCut: false },
    })
  })

  it.for([
    'DELETE FROM demo.people',
    '/* SELECT */ DELETE FROM demo.people',
    'SELECT 1; DELETE FROM demo.people',
    'SELECT name INTO demo.copy FROM demo.people',
    'SELECT Demo.Erase() FROM demo.people',
    'CALL Demo.Erase()',
    'DROP TABLE demo.people',
    'TRUNCATE TABLE demo.people',
  ])('without write, does not run: %s', async (query) => {
    const before = await count()
    const { isError, value } = await agent.call('iris_sql', { query })
    expect({ isError, value }).toMatchObject({ isError: true, value: { success: false, error: 'READ_ONLY' } })
    expect(await count()).toBe(before)
  })

  it('with write, runs what changes data', async () => {
    await write("INSERT INTO demo.people (name) VALUES ('Bob')")
    const before = await count()
    await write("DELETE FROM demo.people WHERE name = 'Bob'")
    expect(await count()).toBe(before - 1)
  })

  it('gives every row once, in pages of the wanted size', async () => {
    await write('CREATE TABLE demo.numbers (n INTEGER)')
    for (let n = 1; n <= 7; n += 1) await write('INSERT INTO demo.numbers VALUES (?)', [n])
    const pages: number[][] = []
    for (let cursor: string | undefined; pages.length < 10; ) {
      const { value } = await agent.call('iris_sql', {
        query: 'SELECT n FROM demo.numbers ORDER BY n',
        limit: 3,
        ...(cursor === undefined ? {} : { cursor }),
      })
      pages.push(value.rows.map(({ n }: { n: number }) => n))
      expect(value.isCut).toBe(value.nextCursor !== undefined)
      cursor = value.nextCursor
      if (cursor === undefined) break
    }
    expect(pages).toEqual([[1, 2, 3], [4, 5, 6], [7]])
  })

  it('refuses a cursor of another statement, and one that is made up', async () => {
    const query = 'SELECT n FROM demo.numbers ORDER BY n'
    const { value } = await agent.call('iris_sql', { query, limit: 1 })
    for (const given of [
      { query: `${query} DESC`, cursor: value.nextCursor },
      { query, cursor: '5.0123456789abcdef' },
      { query, cursor: value.nextCursor, write: true },
    ]) {
      expect((await agent.call('iris_sql', given)).value.error).toBe('CURSOR_INVALID')
    }
  })

  it('cuts at 60,000 bytes, goes on behind them, and refuses a row that alone is longer', async () => {
    await write('CREATE TABLE demo.texts (n INTEGER, text VARCHAR(200000))')
    for (const [n, length] of [25_000, 25_000, 25_000, 61_000].entries()) {
      await write('INSERT INTO demo.texts VALUES (?, ?)', [n, 'x'.repeat(length)])
    }
    const query = 'SELECT n, text FROM demo.texts ORDER BY n'
    const first = await agent.call('iris_sql', { query })
    expect(first.value.rows.map(({ n }: { n: number }) => n)).toEqual([0, 1])
    const second = await agent.call('iris_sql', { query, cursor: first.value.nextCursor })
    expect(second.value.rows.map(({ n }: { n: number }) => n)).toEqual([2])
    const third = await agent.call('iris_sql', { query, cursor: second.value.nextCursor })
    expect(third.value.error).toBe('OUTPUT_TOO_LARGE')
    expect(third.text.length).toBeLessThan(2_000)
  })

  it("gives IRIS's own words for a wrong statement, and no password", async () => {
    const { isError, value } = await agent.call('iris_sql', { query: 'SELECT x FROM demo.missing' })
    expect({ isError, value }).toMatchObject({
      isError: true,
      value: { error: 'SQL_ERROR', details: { sqlCode: -30 } },
    })
    expect(value.details).not.toHaveProperty('password')
  })
})

describe('iris_load', () => {
  it('loads classes and SQL, again and again', async () => {
    project.write('Demo.Pet.cls', 'Class Demo.Pet Extends %Persistent\n{\nProperty Name As %String;\n}\n')
    project.write('pets.sql', 'DELETE FROM Demo.Pet;\nINSERT INTO Demo.Pet (Name) VALUES (?);'.replace('?', "'Rex'"))
    for (let round = 0; round < 2; round += 1) {
      const { isError, value, text } = await agent.call('iris_load', { files: ['*.cls', 'pets.sql'] })
      expect(isError, text).toBe(false)
      expect(value).toEqual({ namespace: 'USER', files: ['Demo.Pet.cls', 'pets.sql'] })
      await write("INSERT INTO Demo.Pet (Name) VALUES ('Tom')")
    }
    const { value } = await agent.call('iris_sql', { query: 'SELECT Name FROM Demo.Pet ORDER BY Name' })
    expect(value.rows).toEqual([{ Name: 'Rex' }, { Name: 'Tom' }])
  })

  it('reads nothing outside the roots: by path, by pattern or through a symbolic link', async () => {
    const secret = join(home.path, 'secret')
    mkdirSync(secret)
    writeFileSync(join(secret, 'theirs.sql'), 'CREATE TABLE demo.theirs (n INTEGER)')
    symlinkSync(secret, join(project.folder, 'linked'))
    symlinkSync(join(secret, 'theirs.sql'), join(project.folder, 'link.sql'))
    for (const file of [
      join(secret, 'theirs.sql'),
      `${secret}/*.sql`,
      '../**/*.sql',
      'link.sql',
      'linked/theirs.sql',
      'linked/*.sql',
      '/etc/passwd',
    ]) {
      const { isError, value } = await agent.call('iris_load', { files: [file] })
      expect([file, isError, value.error]).toEqual([file, true, 'LOAD_FAILED'])
      expect(value.message).toContain('leads out of')
    }
    const there = await agent.call('iris_sql', { query: 'SELECT * FROM demo.theirs' })
    expect(there.value.error).toBe('SQL_ERROR')
  })

  it("tells the file, the line and IRIS's words of what could not be loaded", async () => {
    project.write('wrong.sql', '\n\nINSERT INTO demo.missing VALUES (1);')
    const { value } = await agent.call('iris_load', { files: ['wrong.sql'] })
    expect(value).toMatchObject({ error: 'LOAD_FAILED', details: { path: 'wrong.sql', line: 3 } })
  })
})

describe('while a run of another process is live', () => {
  let run: ReturnType<CommandLine['start']>

  beforeAll(async () => {
    run = project.start(['run', '--', 'sh', '-c', 'echo live; exec sleep 600'])
    await vi.waitFor(() => expect(run.written.stdout).toContain('live'), 60_000)
  })

  afterAll(async () => {
    run.child.kill('SIGTERM')
    await run.ended
  })

  it.for([
    ['iris_restart', {}],
    ['iris_down', {}],
    ['ports_release', {}],
    ['ports_release', { type: 'iris' }],
  ] as const)('%s %o is refused, with the run, and says how to do it all the same', async ([tool, given]) => {
    const { isError, value } = await agent.call(tool, given)
    expect({ isError, value }).toMatchObject({ isError: true, value: { success: false, error: 'RUNS_ARE_LIVE' } })
    expect(value.details.runs).toEqual([
      expect.objectContaining({ runner: 'cli run sh', projectPath: project.folder, pid: run.child.pid }),
    ])
    expect(value.hint).toContain('`force: true`')
    expect((await agent.call('iris_status')).value).toMatchObject({ answers: true, assignments: { length: 2 } })
  })

  it('iris_restart goes ahead with force', async () => {
    const { isError, text } = await agent.call('iris_restart', { force: true })
    expect(isError, text).toBe(false)
    expect((await agent.call('iris_status')).value).toMatchObject({ answers: true, runs: [{ pid: run.child.pid }] })
  })

  it('force and write are arguments of their own, marked as destructive, and off unless given', async () => {
    const { tools } = await agent.client.listTools()
    const marked = tools.flatMap(({ name, annotations, inputSchema }) =>
      Object.entries(inputSchema.properties ?? {})
        .filter(([argument]) => argument === 'force' || argument === 'write')
        .map(([argument, schema]) => [name, argument, annotations?.destructiveHint, schema]),
    )
    const off = expect.objectContaining({
      type: 'boolean',
      default: false,
      title: expect.any(String),
      description: expect.stringMatching(/^Destructive: /),
    })
    expect(marked).toEqual([
      ['ports_release', 'force', true, off],
      ['iris_sql', 'write', true, off],
      ['iris_restart', 'force', true, off],
      ['iris_down', 'force', true, off],
    ])
  })
})

async function write(query: string, parameters: readonly unknown[] = []): Promise<void> {
  const { isError, text } = await agent.call('iris_sql', { query, parameters, write: true })
  expect(isError, text).toBe(false)
}

async function count(): Promise<number> {
  const { value, text } = await agent.call('iris_sql', { query: 'SELECT COUNT(*) AS n FROM demo.people' })
  expect(value.rows, text).toHaveLength(1)
  return Number(value.rows[0].n)
}
