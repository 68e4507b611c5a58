import type { EnvironmentClass } from './environment-class.ts'
import { extendEnvironment } from './extend-environment.ts'
import { jestModule } from './jest-modules.ts'

const { TestEnvironment } = jestModule<{ TestEnvironment: EnvironmentClass }>('jest-environment-node')

/** Jest's node environment with this worker's IRIS: `testEnvironment: '@iris-devtester/jest'`. */
export const IrisEnvironment: EnvironmentClass = extendEnvironment(TestEnvironment)
