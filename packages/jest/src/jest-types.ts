/** What this package needs of Jest's types. Jest's own differ between its major versions. */
export interface GlobalConfig {
  readonly rootDir: string
  readonly maxWorkers: number
  readonly watch: boolean
  readonly watchAll: boolean
}

export interface ProjectConfig {
  readonly rootDir: string
  readonly testEnvironmentOptions: Readonly<Record<string, unknown>>
}

/** What Jest constructs an environment with. */
export interface EnvironmentConfig {
  readonly globalConfig: GlobalConfig
  readonly projectConfig: ProjectConfig
}

/** An environment: the world of one test file. */
export interface JestEnvironment {
  readonly global: typeof globalThis
  setup(): Promise<void>
  teardown(): Promise<void>
}

export type EnvironmentClass = new (config: EnvironmentConfig, context: unknown) => JestEnvironment
