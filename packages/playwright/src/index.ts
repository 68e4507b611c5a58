export { type AppService, appPort } from './app-port.ts'
export { type IrisOptions, type IrisTestFixtures, type IrisWorkerFixtures, irisFixtures } from './fixtures.ts'
export { type IrisServerOptions, irisServer } from './iris-server.ts'
export { expect, test } from './test.ts'
