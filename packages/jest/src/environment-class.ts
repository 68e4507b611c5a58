/** A Jest environment, the world of one test file, as far as this package needs to know it. */
export interface JestEnvironment {
  /** What test files see as `globalThis`. */
  readonly global: typeof globalThis
  /** Called before the test file. */
  setup(): Promise<void>
  /** Called after the test file. */
  teardown(): Promise<void>
}

/** Jest constructs it, with arguments whose types differ between Jest's major versions. */
export type EnvironmentClass = new (config: never, context: never) => JestEnvironment
