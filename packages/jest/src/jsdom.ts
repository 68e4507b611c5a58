/**
 * Jest's jsdom environment with this worker's IRIS.
 *
 * @module
 */

import { TestEnvironment } from 'jest-environment-jsdom'
import type { EnvironmentClass } from './environment-class.ts'
import { extendEnvironment } from './extend-environment.ts'

export type { GlobalIris } from './global-iris.ts'

/** Jest's jsdom environment with this worker's IRIS: `testEnvironment: '@iris-devtester/jest/jsdom'`. */
const IrisJsdomEnvironment: EnvironmentClass = extendEnvironment(TestEnvironment)
export default IrisJsdomEnvironment
