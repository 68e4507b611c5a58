/** A Jest environment, the world of one test file, as far as this package needs to know it. */
export interface JestEnvironment {
  readonly global: typeof globalThis
  setup(): Promise<void>
  teardown(): Promise<void>
}

/** Jest constructs it, with arguments whose types differ between Jest's major versions. */
export type EnvironmentClass = new (config: never, context: never) => JestEnvironment
