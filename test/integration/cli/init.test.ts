import { existsSync, mkdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { CommandLine } from './command-line.ts'
import { onTerminal } from './terminal.ts'

const VITEST_CONFIG = `import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Ours alone.
  test: { globals: true },
})
`

interface Edits {
  readonly edits: readonly {
    readonly runner: string
    readonly status: string
    readonly diff: string
    readonly package: string
  }[]
}

test('init shows the edit on a terminal (Linux: script) and writes it when confirmed', async () => {
  using line = new CommandLine({})
  const path = line.write('vitest.config.ts', VITEST_CONFIG)

  const declined = onTerminal(line, ['init'])
  await declined.type('\r', '[y/N]')
  expect((await declined.ended).exitCode).toBe(1)
  expect(readFileSync(path, 'utf8')).toBe(VITEST_CONFIG)

  const agreed = onTerminal(line, ['init'], { env: { NO_COLOR: '1' } })
  await agreed.type('y\r', '[y/N]')
  expect((await agreed.ended).exitCode).toBe(0)
  expect(agreed.screen).toContain("+import { iris } from '@iris-devtester/vitest'")
  expect(agreed.screen).toContain('npm install --save-dev @iris-devtester/vitest')
  expect(readFileSync(path, 'utf8')).toBe(`import { iris } from '@iris-devtester/vitest'
import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Ours alone.
  test: { globals: true },

  plugins: [iris()],
})
`)
  expect((await line.run(['init'])).exitCode).toBe(3)
})

test('init proposes an edit for each runner, and only proposes without a confirmation', async () => {
  using line = new CommandLine({})
  line.write('package.json', JSON.stringify({ devDependencies: { vitest: '5', jest: '30', '@playwright/test': '1' } }))
  line.write('jest.config.cjs', "module.exports = { preset: 'ts-jest' };\n")

  const { exitCode, value } = await line.json<Edits>(['init'])

  expect(exitCode).toBe(0)
  expect(value.edits.map(({ runner, status, package: name }) => `${runner} ${status} ${name}`)).toEqual([
    'vitest proposed @iris-devtester/vitest',
    'jest proposed @iris-devtester/jest',
    'playwright proposed @iris-devtester/playwright',
  ])
  expect(value.edits[0]?.diff).toContain('+++ b/vitest.config.mts')
  expect(value.edits[1]?.diff).toContain("+module.exports = withIris({ preset: 'ts-jest' });")
  expect(existsSync(join(line.folder, 'vitest.config.mts'))).toBe(false)
  expect((await line.run(['init'])).exitCode).toBe(2)

  expect((await line.run(['init', '--yes', '--runner', 'playwright'])).exitCode).toBe(0)
  expect(readFileSync(join(line.folder, 'playwright.config.ts'), 'utf8')).toContain('webServer: [irisServer()]')
  expect(existsSync(join(line.folder, 'vitest.config.mts'))).toBe(false)
})

test('init makes a configuration that Vitest takes without a warning, whatever the kind of the package', async () => {
  for (const [type, name] of [
    ['module', 'vitest.config.ts'],
    ['commonjs', 'vitest.config.mts'],
  ]) {
    using line = new CommandLine({})
    line.write('package.json', JSON.stringify({ type, devDependencies: { vitest: '5' } }))
    expect((await line.run(['init', '--yes'])).exitCode).toBe(0)
    expect(readFileSync(join(line.folder, String(name)), 'utf8')).toContain('plugins: [iris()]')
  }
})

test('init says what is still to do, and exits with 3 where nothing was done', async () => {
  using line = new CommandLine({})
  line.write('vitest.config.ts', VITEST_CONFIG)
  mkdirSync(join(line.folder, 'node_modules/@iris-devtester/vitest'), { recursive: true })
  line.write('node_modules/@iris-devtester/vitest/package.json', '{}')
  expect((await line.run(['init', '--yes'])).stdout).toBe('written  vitest.config.ts\n')

  using other = new CommandLine({})
  other.write('package.json', JSON.stringify({ jest: { testEnvironment: 'jsdom' } }))
  const { exitCode, stdout } = await other.run(['init', '--yes'])
  expect(exitCode).toBe(3)
  expect(stdout).toContain('by hand  package.json: set "preset": "@iris-devtester/jest"')
  expect(stdout).toContain('  export default withIris({')
})

test('init without any runner says what to use instead', async () => {
  using line = new CommandLine({})

  const { exitCode, stderr } = await line.run(['init'])

  expect(exitCode).toBe(3)
  expect(stderr).toContain('npx @iris-devtester/cli run -- <command>')
})

test('init --mcp adds the server for the clients that the project has, and keeps what is there', async () => {
  using line = new CommandLine({})
  mkdirSync(join(line.folder, '.vscode'))
  mkdirSync(join(line.folder, '.cursor'))
  const theirs = { inputs: [], servers: { other: { command: 'other' } } }
  const vscode = line.write('.vscode/mcp.json', JSON.stringify(theirs, undefined, '\t'))
  const cursor = line.write('.cursor/mcp.json', '{\n  // Mine.\n  "mcpServers": {}\n}\n')
  const own = join(line.folder, '.mcp.json')
  const entry = { command: 'npx', args: ['--yes', '@iris-devtester/cli', 'mcp'] }

  const proposed = await line.json<Edits>(['init', '--mcp'])
  expect(proposed.value.edits.map(({ status }) => status)).toEqual(['proposed', 'proposed', 'manual'])
  expect(proposed.value.edits[0]?.diff).toContain('+    "iris-devtester": {')
  expect(existsSync(own)).toBe(false)

  expect((await line.run(['init', '--mcp', '--yes'])).exitCode).toBe(0)
  expect(JSON.parse(readFileSync(own, 'utf8'))).toEqual({ mcpServers: { 'iris-devtester': entry } })
  const written = readFileSync(vscode, 'utf8')
  expect(JSON.parse(written)).toEqual({ ...theirs, servers: { ...theirs.servers, 'iris-devtester': entry } })
  expect(written).toContain('\n\t"servers"')
  expect(readFileSync(cursor, 'utf8')).toContain('// Mine.')
  expect((await line.run(['init', '--mcp'])).exitCode).toBe(3)
})

test('init --mcp writes only .mcp.json where no client has a folder, and leaves an entry of its name alone', async () => {
  using line = new CommandLine({})
  const mine = '{"mcpServers":{"iris-devtester":{"command":"mine"}}}'
  const own = line.write('.mcp.json', mine)
  const { exitCode, value } = await line.json<Edits>(['init', '--mcp', '--yes'])
  expect(exitCode).toBe(3)
  expect(value.edits.map(({ status }) => status)).toEqual(['present'])
  expect(readFileSync(own, 'utf8')).toBe(mine)
})
