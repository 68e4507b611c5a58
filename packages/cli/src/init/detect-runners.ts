import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { RunnerName } from './runner-setup.ts'

const SCRIPT_ENDINGS = ['ts', 'mts', 'cts', 'js', 'mjs', 'cjs'] as const

/** A runner that the project uses. */
export interface DetectedRunner {
  readonly runner: RunnerName
  /** Absolute path of its configuration; of the one to be made where there is none. */
  readonly path: string
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>
  readonly devDependencies?: Readonly<Record<string, string>>
  readonly jest?: unknown
  readonly type?: string
}

/** The runners of a project, by its configuration files and its manifest. */
export function detectRunners(folder: string): DetectedRunner[] {
  const manifest = readManifest(folder)
  const needs = (name: string) => name in { ...manifest.dependencies, ...manifest.devDependencies }
  const first = (...stems: string[]) =>
    stems
      .flatMap((stem) => SCRIPT_ENDINGS.map((ending) => join(folder, `${stem}.${ending}`)))
      .find((path) => existsSync(path))
  const vitest = first('vitest.config') ?? (needs('vitest') ? first('vite.config') : undefined)
  const json = join(folder, 'jest.config.json')
  const jest =
    first('jest.config') ??
    (existsSync(json) ? json : undefined) ??
    (manifest.jest === undefined ? undefined : join(folder, 'package.json'))
  const playwright = first('playwright.config')
  // Vitest warns of `import` in a file that Node takes for CommonJS.
  const freshVitest = manifest.type === 'module' ? 'vitest.config.ts' : 'vitest.config.mts'
  return [
    ...found('vitest', vitest, needs('vitest') ? join(folder, freshVitest) : undefined),
    ...found('jest', jest, needs('jest') ? json : undefined),
    ...found('playwright', playwright, needs('@playwright/test') ? join(folder, 'playwright.config.ts') : undefined),
  ]
}

function found(runner: RunnerName, existing: string | undefined, fresh: string | undefined): DetectedRunner[] {
  const path = existing ?? fresh
  return path === undefined ? [] : [{ runner, path }]
}

function readManifest(folder: string): Manifest {
  const path = join(folder, 'package.json')
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Manifest) : {}
}
