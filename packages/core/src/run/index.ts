/**
 * A run's hold that a process of its own keeps: for adapters of runners whose processes come and go.
 *
 * @module
 */

export { temporaryFolder } from '../process/temporary-folder.ts'
export { announcedNames, announcedPattern } from './announcement.ts'
export { checkOnFailure } from './check-on-failure.ts'
export { checkOptionsAmongOthers } from './check-options.ts'
export { checkResettable } from './check-resettable.ts'
export type { WorkerConnections } from './hosted-iris.ts'
export { type FailedIn, keepNamespace } from './keep-namespace.ts'
export { connectionsOfRun, endRun, type FailedOfRun, keepNamespacesOfRun, newLogOfRun } from './run-client.ts'
export { RUN_HOST_COMMAND, type RunRequest, runHostEnvironment } from './run-host.ts'
export { type RunServer, serveRun } from './serve-run.ts'
export { takeNamespace } from './take-namespace.ts'
