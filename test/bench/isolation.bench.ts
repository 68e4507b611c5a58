import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { VITEST, vitestProject } from '../integration/vitest/vitest-project.ts'
import { compare, report } from './measure.ts'

const RUNS = Number(process.env.BENCH_RUNS ?? 3)
const FILES = Number(process.env.BENCH_FILES ?? 50)

/** What a fresh namespace for each test file costs, beside one for each worker that is reset before each file. */
export async function bench(): Promise<void> {
  console.log(
    `The figures are those of ${process.env.IRIS_IMAGE ?? 'the stand-in'}; those of the stand-in say nothing of a real IRIS.`,
  )
  await using home = new RegistryHome()
  using worker = project('worker')
  using file = project('file')
  const run = async (one: ReturnType<typeof project>) => {
    const { exitCode, output } = await one.start(VITEST, ['run'], home.env).ended
    if (exitCode !== 0) throw new Error(output)
  }
  await run(worker)
  const { floor, work } = await compare(
    RUNS,
    () => run(worker),
    () => run(file),
  )
  report(`vitest run of ${FILES} files, isolation file / worker`, floor, work, '≤ 1.15')
}

function project(isolation: string) {
  const files = Array.from({ length: FILES }, (_, at) => [`${at}.test.ts`, TESTS] as const)
  return vitestProject({ 'schema.sql': SCHEMA, 'vitest.config.ts': config(isolation), ...Object.fromEntries(files) })
}

const SCHEMA = Array.from(
  { length: 5 },
  (_, at) => `CREATE TABLE T${at} (ID IDENTITY, Name VARCHAR(20));\nINSERT INTO T${at} (Name) VALUES ('Ada');`,
).join('\n')

const config = (isolation: string) => `
  import { defineConfig } from 'vitest/config'
  import { iris } from '@iris-devtester/vitest'
  export default defineConfig({
    plugins: [iris({ load: ['schema.sql'], isolation: '${isolation}' })],
    test: { maxWorkers: 2 },
  })`

/** Five short tests. */
const TESTS = `
  import { expect, test } from '@iris-devtester/vitest/test'
  for (const table of [0, 1, 2, 3, 4]) {
    test('table ' + table, async ({ sql }) => {
      await sql('INSERT INTO T' + table + " (Name) VALUES ('Bob')")
      expect(await sql('SELECT ID FROM T' + table)).toHaveLength(2)
    })
  }`
