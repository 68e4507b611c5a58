import { describe, expect, test } from 'vitest'
import { editJestJson } from './edit-jest-json.ts'
import { editJestModule } from './edit-jest-module.ts'
import { editPlaywright } from './edit-playwright.ts'
import { editVitest } from './edit-vitest.ts'

describe('a Vitest configuration', () => {
  test('with plugins gets ours behind them, in its own quotes', () => {
    const source = `import react from "@vitejs/plugin-react";
export default { plugins: [react()] };
`
    expect(editVitest(source)).toBe(`import { iris } from "@iris-devtester/vitest";
import react from "@vitejs/plugin-react";
export default { plugins: [react(), iris()] };
`)
  })

  test('in a variable is edited where it stands', () => {
    expect(editVitest('const config = { test: {} }\nexport default config\n')).toContain('plugins: [iris()]')
  })

  test.for([
    [
      'export default defineConfig(() => ({ test: {} }))',
      'export default defineConfig(() => ({ plugins: [iris()], test: {} }))',
    ],
    [
      'export default ({ mode }) => {\n  return {\n    plugins: [react()],\n  }\n}',
      'export default ({ mode }) => {\n  return {\n    plugins: [react(), iris()],\n  }\n}',
    ],
    [
      'export default defineConfig(async () => ({\n  plugins: [],\n}))',
      'export default defineConfig(async () => ({\n  plugins: [iris()],\n}))',
    ],
    [
      'export default mergeConfig(viteConfig, defineConfig({ test: {} }))',
      'export default mergeConfig(viteConfig, defineConfig({ plugins: [iris()], test: {} }))',
    ],
    [
      'export default defineConfig((env) => mergeConfig(viteConfig(env), { test: {} }))',
      'export default defineConfig((env) => mergeConfig(viteConfig(env), { plugins: [iris()], test: {} }))',
    ],
    [
      'export default mergeConfig(base, { plugins: [a()] } satisfies UserConfig)',
      'export default mergeConfig(base, { plugins: [a(), iris()] } satisfies UserConfig)',
    ],
  ])('made by a function or a call is edited where the result stands: %j', ([before, after]) => {
    expect(editVitest(`${before}\n`)).toBe(`import { iris } from '@iris-devtester/vitest'\n${after}\n`)
  })

  test('of which only running it would tell the result is left to a person', () => {
    expect(editVitest('export default defineConfig(() => (dev ? { a: 1 } : { b: 2 }))\n')).toBeUndefined()
    expect(editVitest('export default () => ({ plugins: all() })\n')).toBeUndefined()
    expect(editVitest('export default mergeConfig(base, own)\n')).toBeUndefined()
    expect(editVitest('export default () => { if (x) return {}\n return other }\n')).toBeUndefined()
  })
})

describe('a Playwright configuration', () => {
  test.for([
    ['without a server', '', 'webServer: [irisServer()]'],
    ['with one', "webServer: { command: 'npm start' }", "webServer: [irisServer(), { command: 'npm start' }]"],
    ['with several', "webServer: [{ command: 'a' }]", "webServer: [irisServer(), { command: 'a' }]"],
  ])('%s gets ours first', ([, before, after]) => {
    const edited = editPlaywright(`export default { testDir: 'tests',\n  ${before} }\n`)
    expect(edited).toContain("import { irisServer } from '@iris-devtester/playwright'")
    expect(edited?.replaceAll(/\s+/g, ' ')).toContain(after)
  })

  test('with a server that only running it would tell is left to a person', () => {
    expect(editPlaywright('export default { webServer: servers() }\n')).toBeUndefined()
  })
})

describe('a Jest configuration', () => {
  test('in CommonJS is wrapped, whatever it is', () => {
    expect(editJestModule('const config = { preset: "ts-jest" };\nmodule.exports = config;\n')).toBe(
      `const { withIris } = require('@iris-devtester/jest');
const config = { preset: "ts-jest" };
module.exports = withIris(config);
`,
    )
  })

  test('in a module is wrapped, a function too', () => {
    expect(editJestModule('export default async () => ({ verbose: true })\n')).toBe(
      `import { withIris } from '@iris-devtester/jest'
export default withIris(async () => ({ verbose: true }))
`,
    )
  })

  test('that declares what it exports is left to a person', () => {
    expect(editJestModule('export default function config() { return {} }\n')).toBeUndefined()
    expect(editJestModule('exports.verbose = true\n')).toBeUndefined()
  })

  test('in JSON gets the preset unless it has one', () => {
    expect(editJestJson('{\n\t"verbose": true\n}\n', false)).toBe(
      '{\n\t"preset": "@iris-devtester/jest",\n\t"verbose": true\n}\n',
    )
    expect(editJestJson('{ "preset": "ts-jest" }', false)).toBeUndefined()
    const manifest = '{ "name": "shop", "jest": { "preset": "@iris-devtester/jest" } }'
    expect(editJestJson(manifest, true)).toBe(manifest)
  })
})
