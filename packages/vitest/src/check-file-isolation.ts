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
    throw invalid('A browser is told its namespace once, before its first test file.')
  }
  if (keepsModules(project)) {
    throw invalid(
      'With `isolate: false`, a worker keeps the modules of the file before, and with them a connection to a namespace that is gone.',
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
  return isolate === false || poolOptions?.[pool ?? 'forks']?.isolate === false
}

function invalid(reason: string): IrisDevtesterError {
  return new IrisDevtesterError({
    code: 'OPTION_INVALID',
    message: `The isolation can't be file here: ${reason}`,
    hint: "Use the isolation worker, with reset: 'file'.",
    details: { option: 'isolation', value: 'file' },
  })
}
