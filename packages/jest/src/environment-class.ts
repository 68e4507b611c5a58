/** A block of tests; the outermost has no parent. */
export interface CircusBlock {
  readonly name: string
  readonly parent?: CircusBlock | undefined
}

/** A test of the runner's, as far as this package needs to know it. */
export interface CircusTest extends CircusBlock {
  /** What it has failed with; one that has some before it begins isn't run. */
  readonly errors: unknown[]
  /** Whether others of its file run beside it. */
  readonly concurrent: boolean
  /** How often it has been begun. */
  readonly invocations: number
}

/** What the runner tells an environment of, as far as this package needs to know it. */
export type TestEvent = { readonly name: string; readonly test: CircusTest }

/** A Jest environment, the world of one test file, as far as this package needs to know it. */
export interface JestEnvironment {
  /** What test files see as `globalThis`. */
  readonly global: typeof globalThis
  /** Called before the test file. */
  setup(): Promise<void>
  /** Called after the test file. */
  teardown(): Promise<void>
  /** Called with each event of the test file by the runner `jest-circus`, which is Jest's default. */
  handleTestEvent?(event: TestEvent, state: unknown): void | Promise<void>
}

/** Jest constructs it, with arguments whose types differ between Jest's major versions. */
export type EnvironmentClass = new (config: never, context: never) => JestEnvironment
