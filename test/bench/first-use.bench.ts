import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { RegistryHome } from '../integration/consumer/registry-home.ts'
import { emptyProject, LocalRegistry } from '../packages/local-registry.ts'
import { PackedPackages } from '../packages/packed-packages.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'

const SQL = "expect(await iris.sql('SELECT 1 AS one')).toEqual([{ one: 1 }])"

/** What a newcomer types and writes, as docs/getting-started.md says it. */
const RUNNERS = [
  {
    runner: 'Vitest',
    install: ['@iris-devtester/vitest', 'vitest'],
    file: 'iris.test.ts',
    text: `import { expect, test } from '@iris-devtester/vitest/test'\ntest('asks', async ({ iris }) => { ${SQL} })`,
    run: ['vitest', 'run'],
  },
  {
    runner: 'Jest',
    install: ['@iris-devtester/jest', 'jest'],
    file: 'iris.test.js',
    text: `test('asks', async () => { ${SQL} })`,
    run: ['jest'],
  },
  {
    runner: 'Playwright',
    install: ['@iris-devtester/playwright', '@playwright/test'],
    file: 'iris.spec.ts',
    text: `import { expect, test } from '@iris-devtester/playwright'\ntest('asks', async ({ iris }) => { ${SQL} })`,
    run: ['playwright', 'test'],
  },
] as const

/**
 * A first use, from an empty folder to a green test: four steps for each runner. Packages come from a registry on loopback and
 * the image is there, so the figures are without a network, with npm's cache filled; with the stand-in, IRIS boots in less than a second.
 */
export async function bench(): Promise<void> {
  const packages = await PackedPackages.pack()
  const registry = await LocalRegistry.start(packages.all)
  try {
    for (const one of RUNNERS) {
      // The first time fills the cache of npm, and the registry packs its packages.
      await firstUse(one, registry)
      console.log(await firstUse(one, registry))
    }
  } finally {
    await registry[Symbol.asyncDispose]()
    packages[Symbol.dispose]()
  }
}

/** @returns the steps with their times */
async function firstUse({ runner, install, file, text, run }: (typeof RUNNERS)[number], registry: LocalRegistry) {
  await using home = new RegistryHome()
  const cwd = emptyProject()
  const env = { ...process.env, ...registry.env, ...home.env, IRIS_IMAGE: process.env.IRIS_IMAGE ?? STAND_IN_TAG }
  const steps: [string, () => unknown][] = [
    [`npm install --save-dev ${install.join(' ')}`, () => npm('npm', 'install', '--save-dev', ...install)],
    ['npx @iris-devtester/cli init', () => npm('npx', '--yes', '@iris-devtester/cli', 'init', '--yes')],
    [`write ${file}`, () => writeFileSync(join(cwd, file), text)],
    [`npx ${run.join(' ')}`, () => npm('npx', ...run)],
  ]
  const npm = (program: string, ...args: string[]) => promisify(execFile)(program, args, { cwd, env })
  try {
    writeFileSync(join(cwd, 'package.json'), '{ "name": "first-use" }')
    let total = 0
    const lines: string[] = []
    for (const [name, act] of steps) {
      const began = performance.now()
      await act()
      const seconds = (performance.now() - began) / 1_000
      total += seconds
      lines.push(`  ${seconds.toFixed(1).padStart(6)} s  ${name}`)
    }
    const began = performance.now()
    await npm('npx', ...run)
    lines.push(`  ${((performance.now() - began) / 1_000).toFixed(1).padStart(6)} s  the same again, warm`)
    return `${runner}: ${steps.length} steps, ${total.toFixed(1)} s\n${lines.join('\n')}`
  } finally {
    rmSync(cwd, { recursive: true, force: true })
  }
}
