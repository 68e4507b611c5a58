import { extendEnvironment } from './extend-environment.ts'
import { jestModule } from './jest-modules.ts'
import type { EnvironmentClass } from './jest-types.ts'

/** Jest's node environment with this worker's IRIS: `testEnvironment: '@iris-devtester/jest'`. */
export const IrisEnvironment: EnvironmentClass = extendEnvironment(
  jestModule<{ TestEnvironment: EnvironmentClass }>('jest-environment-node').TestEnvironment,
)
