export { acquireIris } from './acquire-iris.ts'
export type { AcquireOptions, Isolation, Keep } from './acquire-options.ts'
export type { AcquiredContainerInfo, AcquiredIris } from './acquired-iris.ts'
export { endContainer } from './end-container.ts'
export { holdRunning } from './hold-running.ts'
export { LeaseError, type LeaseErrorCode } from './lease-error.ts'
export { liveRuns, type ProjectContainer } from './project-container.ts'
export {
  type ContainerAccess,
  connectionTo,
  findProjectContainer,
  type IrisCredentials,
  isAnswering,
  listProjectContainers,
} from './project-containers.ts'
export { findPrunable, type PruneCandidate, type PruneReason, prune } from './prune-containers.ts'
export { publishEnvironment } from './published-environment.ts'
export { type RestartOptions, restartContainer } from './restart-container.ts'
export { type SharedIris, shareIris } from './shared-iris.ts'
export type { ReadyReport, StartReporter } from './start-reporter.ts'
