/**
 * Fixtures, and what a configuration needs: {@link test}, {@link irisServer}, {@link appPort}.
 *
 * @module
 */

export { type AppService, appPort } from './app-port.ts'
export { type IrisTestFixtures, type IrisWorkerFixtures, irisFixtures } from './fixtures.ts'
export type { IrisOptions } from './iris-options.ts'
export { type IrisServerOptions, irisServer } from './iris-server.ts'
export { expect, test } from './test.ts'
