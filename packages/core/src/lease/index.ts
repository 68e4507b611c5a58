export {
  type AcquiredInstances,
  acquireInstances,
  type InstanceOptions,
  type RunOptions,
} from './acquire/acquire-instances.ts'
export { acquireIris } from './acquire/acquire-iris.ts'
export type { AcquiredContainerInfo, AcquiredIris } from './acquire/acquired-iris.ts'
export type { KeptNamespace } from './acquire/describe-kept.ts'
export { onProjectPorts, type ProjectPortsRequest } from './acquire/on-project-ports.ts'
export { publishEnvironment } from './acquire/published-environment.ts'
export { type SharedIris, shareIris } from './acquire/shared-iris.ts'
export type { AcquireOptions, Isolation, Keep, OnFailure, Share } from './book/acquire-options.ts'
export { LeaseError, type LeaseErrorCode } from './book/lease-error.ts'
export type { LoadEntry, LoadFunction } from './book/load-entry.ts'
export { lastStarts, type StartRecord } from './book/start-records.ts'
export type { ReadyReport, StartReporter } from './book/start-reporter.ts'
export type { PhaseTime, TimedPhase } from './book/start-times.ts'
export { findPrunable, type PruneCandidate, type PruneReason, prune } from './cleanup/index.ts'
export type { FileNamespaces } from './load/file-namespaces.ts'
export { endContainer } from './manage/end-container.ts'
export { type ExecOptions, execIris } from './manage/exec-iris.ts'
export { holdRunning } from './manage/hold-running.ts'
export { type LoadedFiles, type LoadFilesOptions, loadFiles } from './manage/load-files.ts'
export { type RestartOptions, restartContainer } from './manage/restart-container.ts'
export { type KeptCopy, liveRuns, type ProjectContainer } from './view/project-container.ts'
export {
  type ContainerAccess,
  connectionTo,
  findProjectContainer,
  type IrisCredentials,
  isAnswering,
  listProjectContainers,
  portalOf,
} from './view/project-containers.ts'
