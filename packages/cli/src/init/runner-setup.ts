/** A runner that there is an adapter for. */
export type RunnerName = 'vitest' | 'jest' | 'playwright'

/** What is set up: a runner, or the server for coding agents. */
export type SetupTarget = RunnerName | 'mcp'

/** What would have to be done for a runner, or for coding agents. */
export interface SetupEdit {
  readonly runner: SetupTarget
  /** Absolute path of the file. */
  readonly path: string
  /** Its content now; empty when it isn't there. */
  readonly before: string
  /** Its content then; the same when nothing is to be done or nothing could be. */
  readonly after: string
  /** What to do by hand where the file is of a form that isn't edited. */
  readonly advice?: string
}

/** The package that has to be a development dependency. */
export function packageFor(runner: SetupTarget): string {
  return runner === 'mcp' ? '@iris-devtester/cli' : `@iris-devtester/${runner}`
}

/** What is to be done where the configuration is JSON, which can't call anything. */
export const JSON_ADVICE = `set "preset": "@iris-devtester/jest" in place of the preset and environment there; or move the configuration into jest.config.mjs:
  import { withIris } from '@iris-devtester/jest'
  export default withIris({ /* what "jest" holds now */ })`

/** What each adapter wants in the configuration, for people whose file we don't edit. */
export const ADVICE: Readonly<Record<RunnerName, string>> = {
  vitest: "import { iris } from '@iris-devtester/vitest' and add iris() to plugins.",
  jest: "import { withIris } from '@iris-devtester/jest' and export withIris(<your configuration>).",
  playwright:
    "import { irisServer } from '@iris-devtester/playwright' and make irisServer() the first entry of webServer.",
}
