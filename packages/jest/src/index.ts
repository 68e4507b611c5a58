/**
 * The preset's and `withIris`'s package: a Jest environment with this worker's IRIS.
 *
 * @module
 */

export { IrisEnvironment as default } from './environment.ts'
export type { EnvironmentClass, JestEnvironment, TestEvent } from './environment-class.ts'
export { extendEnvironment } from './extend-environment.ts'
export type { GlobalIris } from './global-iris.ts'
export type { IrisOptions } from './iris-options.ts'
export { type ConfigFunction, withIris } from './with-iris.ts'
