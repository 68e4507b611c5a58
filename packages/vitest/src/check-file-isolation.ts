import { IrisDevtesterError } from '@iris-devtester/core'
import type { TestProject } from 'vitest/node'
import { isInBrowser } from './runner.ts'

/**
 * Refuses the isolation `file` where a test file couldn't be told its namespace.
 *
 * @throws IrisDevtesterError `OPTION_INVALID`
 */
export function checkFileIsolation(project: TestProject): void {
  if (isInBrowser(project)) {
    throw invalid('A browser gets its namespace once, before its first test file.')
  }
  if (keepsModules(project)) {
    throw invalid(
      'With `isolate: false`, a worker keeps the modules of the previous file, and with them a connection to a namespace that no longer exists.',
    )
  }
}

/** Vitest 3 has the option for each pool as well. */
function keepsModules({ config }: TestProject): boolean {
  const { isolate, pool, poolOptions } = config as {
    isolate?: boolean
    pool?: string
    poolOptions?: Record<string, { isolate?: boolean }>
  }
  // Here each file has a world of its own, and Vitest notes `isolate: false` as it needs no other worker for that.
  if (pool === 'vmThreads' || pool === 'vmForks') return false
  return isolate === false || poolOptions?.[pool ?? 'forks']?.isolate === false
}

function invalid(reason: string): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message: `The isolation 'file' is not possible here. ${reason}`,
    hint: "Reset one namespace per worker instead: isolation: 'worker', reset: 'file'",
    details: { option: 'isolation', value: 'file' },
  })
}
