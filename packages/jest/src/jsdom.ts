import { TestEnvironment } from 'jest-environment-jsdom'
import { extendEnvironment } from './extend-environment.ts'
import type { EnvironmentClass } from './jest-types.ts'

export type { GlobalIris } from './global-iris.ts'

/** Jest's jsdom environment with this worker's IRIS: `testEnvironment: '@iris-devtester/jest/jsdom'`. */
const IrisJsdomEnvironment = extendEnvironment(TestEnvironment as unknown as EnvironmentClass)
export default IrisJsdomEnvironment
