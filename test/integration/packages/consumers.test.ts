import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { InstalledPackages } from '../../packages/installed-packages.ts'
import { PackedPackages } from '../../packages/packed-packages.ts'
import { root } from '../../setup/workspace.mjs'

let packages: PackedPackages
beforeAll(async () => {
  packages = await PackedPackages.pack()
})
afterAll(() => packages[Symbol.dispose]())

/** The entries a user imports, by package; the rest are files a runner finds by name. */
function entries(condition: 'import' | 'require'): string[] {
  return packages.all.flatMap(({ manifest }) =>
    Object.entries(manifest.exports)
      .filter(([path, target]) => path !== './package.json' && serves(target, condition))
      .map(([path]) => join(manifest.name, path)),
  )
}

function serves(target: unknown, condition: string): boolean {
  if (typeof target === 'string') return condition === 'require' ? target.endsWith('.cjs') : true
  return condition in (target as object) || (condition === 'import' && 'default' in (target as object))
}

describe('installed from their tarballs', () => {
  test('every entry loads in an ESM project', async () => {
    using project = new InstalledPackages(packages.all)
    const names = entries('import').filter((name) => !needsRunner.has(name))
    project.write('package.json', '{ "type": "module" }')
    project.write(
      'main.js',
      `for (const name of ${JSON.stringify(names)}) console.log(name, Object.keys(await import(name)).length > 0)`,
    )

    const output = await project.node(['main.js'])

    expect(output.trim().split('\n')).toEqual(names.map((name) => `${name} true`))
    expect(names).toContain('@iris-devtester/core/ports')
    expect(names).toContain('@iris-devtester/vitest')
  })

  test('every entry with a CommonJS build loads with require, and is one module with the others', async () => {
    using project = new InstalledPackages(packages.all)
    const names = entries('require')
    project.write('package.json', '{ "type": "commonjs" }')
    project.write(
      'main.js',
      `for (const name of ${JSON.stringify(names)}) console.log(name, require(name) !== undefined)
       const { IrisDevtesterError } = require('@iris-devtester/core')
       const { PortRegistryError } = require('@iris-devtester/core/ports')
       console.log(PortRegistryError.prototype instanceof IrisDevtesterError)`,
    )

    const output = await project.node(['main.js'])

    expect(output.trim().split('\n')).toEqual([...names.map((name) => `${name} true`), 'true'])
    expect(names).toEqual(
      expect.arrayContaining(['@iris-devtester/core', '@iris-devtester/jest', '@iris-devtester/jest/jest-preset']),
    )
  })

  test('their types are strict and whole, libraries checked too', async () => {
    using project = new InstalledPackages(packages.all, ['@types/node'])
    project.write('package.json', '{ "type": "module" }')
    project.write('use.ts', USE_TYPES)
    project.write(
      'tsconfig.json',
      JSON.stringify({
        compilerOptions: {
          module: 'nodenext',
          target: 'es2023',
          lib: ['es2024', 'esnext.disposable'],
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
          types: ['node'],
        },
        files: ['use.ts'],
      }),
    )

    expect(await typeErrors(project)).toEqual([])
  })
})

/** The compiler's complaints about the project and our packages; what runners ship with errors is not ours to repair. */
async function typeErrors(project: InstalledPackages): Promise<string[]> {
  const compiler = join(root, 'node_modules/typescript/bin/tsc')
  const output = await project.node([compiler, '--pretty', 'false']).catch((error: Error) => error.message)
  if (output !== '' && !output.includes('error TS')) throw new Error(output)
  return output.split('\n').filter((line) => /^(use\.ts|node_modules\/@iris-devtester\/)/.test(line))
}

/** Vitest's own modules can't be loaded outside a worker. */
const needsRunner = new Set(['@iris-devtester/vitest/test', '@iris-devtester/vitest/worker-setup'])

const USE_TYPES = `
import { acquireIris, type AcquiredIris, IrisDevtesterError } from '@iris-devtester/core'
import { connectIris, type SqlRow } from '@iris-devtester/core/connection'
import { IRISContainer, type StartedIRISContainer } from '@iris-devtester/testcontainers'
import { type PortAssignment, PortConflictError, PortRegistry } from '@iris-devtester/core/ports'
import { withIris } from '@iris-devtester/jest'
import { appPort, irisServer, test as browserTest } from '@iris-devtester/playwright'
import { iris } from '@iris-devtester/vitest'
import globalSetup from '@iris-devtester/vitest/global-setup'
import { test } from '@iris-devtester/vitest/test'
import { inject } from 'vitest'
import { defineConfig } from 'vitest/config'

export default defineConfig({ plugins: [iris({ namespace: 'APP', keep: 'stop' })] })

export const port: number = inject('iris').port
export const namespaces: readonly string[] = inject('iris').namespaces
// @ts-expect-error A port is a number.
export const wrong: string = inject('iris').port

export async function use(): Promise<void> {
  await using held: AcquiredIris = await acquireIris({ workers: 2, isolation: 'worker' })
  const rows: SqlRow[] = await held.connection.sql('SELECT ? AS one', [1])
  const registry = new PortRegistry({ portRange: [1972, 1981] })
  const { projectPath }: PortAssignment = await registry.assignPort('/project', { preferredPort: 1975 })
  const container: StartedIRISContainer = await new IRISContainer('image').withPortRegistry(registry).start()
  console.log(rows, projectPath, container.getConnectionUri(), connectIris().url, globalSetup)
  // @ts-expect-error No such isolation.
  await acquireIris({ isolation: 'table' })
}

export const jestConfig = withIris({ maxWorkers: 2 })
// @ts-expect-error A server for Playwright has no such isolation.
export const server = irisServer({ isolation: 'table' })
export const own: Promise<number> = appPort('node')
browserTest('fixtures', async ({ iris }) => {
  const port: number = iris.port
  console.log(port)
})

test('fixtures', async ({ iris, sql }) => {
  const version: string = (await iris.serverInfo()).version
  console.log(version, await sql<{ one: number }>('SELECT 1 AS one'))
})

export function explain(error: unknown): string {
  return error instanceof PortConflictError || error instanceof IrisDevtesterError ? error.code : 'unknown'
}
`
