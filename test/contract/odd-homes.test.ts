import { existsSync, mkdtempSync, readdirSync, realpathSync, rmSync, symlinkSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { CommandLine } from '../integration/cli/command-line.ts'

let line: CommandLine
let home: string

beforeAll(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'iris-odd-home-')))
  line = new CommandLine({ HOME: home })
})

afterAll(() => {
  line[Symbol.dispose]()
  rmSync(home, { recursive: true })
})

const assign = (env: Record<string, string>) => line.run(['ports', 'assign', '--service', 'node'], { env })

test.runIf(process.platform === 'linux')(
  'a home folder in which none can be made is an error, and no endless loop',
  async () => {
    const { exitCode, stderr } = await assign({ HOME: '/proc' })
    expect(exitCode).toBe(1)
    expect(stderr).toMatch(/The port registry \/proc\/\.iris-devtester\/port-registry\.json can't be written: .*ENOENT/)
  },
)

test('a home folder that is a device is an error with a remedy that can work', async () => {
  const { exitCode, stderr } = await assign({ HOME: '/dev/null' })
  expect(exitCode).toBe(1)
  expect(stderr).toMatch(/\/dev\/null is not a folder/)
  expect(stderr).not.toMatch(/mv \/dev/)
})

test.each([
  ['leads in a circle', 'circle', 'lead in a circle (ELOOP)'],
  ['leads to nothing', '/nonexistent/folder', 'what is there is no folder (EEXIST)'],
])('a registry home that is a link which %s: the remedy names the link', async (_name, target, reason) => {
  const link = join(home, 'circle')
  symlinkSync(target, link)
  const { exitCode, stderr } = await assign({ IRIS_DEVTESTER_HOME: link })
  rmSync(link)
  expect(exitCode).toBe(1)
  expect(stderr).toContain(reason)
  expect(stderr).toContain(`See where the link leads, and correct it: ls -l ${link}\n`)
})

test('a tilde that no shell expanded is the home folder, and nothing is written in the project', async () => {
  expect((await assign({ IRIS_DEVTESTER_HOME: '~/of-mine' })).exitCode).toBe(0)
  expect(existsSync(join(home, 'of-mine/port-registry.json'))).toBe(true)
  expect(readdirSync(line.folder)).toEqual([])
})

test('a relative registry home is refused, and nothing is written in the project', async () => {
  const { exitCode, stderr } = await assign({ IRIS_DEVTESTER_HOME: 'ports' })
  expect(exitCode).toBe(2)
  expect(stderr).toMatch(/must be an absolute path/)
  expect(readdirSync(line.folder)).toEqual([])
})

test('a tilde in IRIS_PROJECT_PATH is the home folder, and a relative path is refused', async () => {
  const named = await assign({ IRIS_PROJECT_PATH: '~/shop' })
  expect(named.exitCode, named.stderr).toBe(0)
  const { stdout } = await line.run(['ports', 'list', '--json'])
  expect(stdout).toContain(JSON.stringify(join(home, 'shop')))
  const relative = await assign({ IRIS_PROJECT_PATH: 'shop' })
  expect([relative.exitCode, relative.stderr]).toEqual([2, expect.stringContaining('export IRIS_PROJECT_PATH="$PWD"')])
})
