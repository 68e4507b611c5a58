/**
 * A run's hold on its project's IRIS, and what a tool around it needs: start with {@link acquireIris}.
 *
 * @module
 */

export {
  connectIris,
  connectionInfo,
  environmentOf,
  fromEnvironment,
  IrisConnection,
  IrisConnectionError,
  type IrisConnectionErrorCode,
  type IrisConnectionInfo,
  type IrisEnvironment,
  inNamespace,
  namesIris,
  type Reset,
  type ResetOptions,
  type ResetPlan,
  type ResetProgress,
  type ResetSettings,
  type ServerInfo,
  type SqlOptions,
  type SqlParameter,
  type SqlResult,
  type SqlRow,
  toEnvironment,
  toInstanceEnvironment,
} from './connection/index.ts'
export { type ContainerErrorCode, IrisContainerError } from './container/container-error.ts'
export { isFatal as isFatalLogLine } from './container/diagnosis.ts'
export { DEFAULT_IMAGE, type IrisSettings } from './container/iris-settings.ts'
export type { PullProgress } from './container/pull-image.ts'
export type { StartPhase } from './container/readiness-request.ts'
export { openTerminal, type TerminalStreams } from './engine/container-terminal.ts'
export type { ContainerStats, ContainerStatus } from './engine/engine-answers.ts'
export { EngineClient, type ExecOutcome } from './engine/engine-client.ts'
export type { EngineEndpoint, SocketEndpoint, SshEndpoint, TcpEndpoint, TlsOptions } from './engine/engine-endpoint.ts'
export { EngineError, type EngineErrorCode } from './engine/engine-error.ts'
export { type FindEngineOptions, findEngine } from './engine/find-engine.ts'
export { cliCommand } from './errors/cli-command.ts'
export { type ErrorParts, IrisDevtesterError } from './errors/iris-devtester-error.ts'
export {
  type AcquiredContainerInfo,
  type AcquiredInstances,
  type AcquiredIris,
  type AcquireOptions,
  acquireInstances,
  acquireIris,
  type ContainerAccess,
  connectionTo,
  type ExecOptions,
  endContainer,
  execIris,
  type FileNamespaces,
  findProjectContainer,
  findPrunable,
  holdRunning,
  type InstanceOptions,
  type IrisCredentials,
  type Isolation,
  isAnswering,
  type Keep,
  type KeptCopy,
  type KeptNamespace,
  LeaseError,
  type LeaseErrorCode,
  type LoadEntry,
  type LoadedFiles,
  type LoadFilesOptions,
  type LoadFunction,
  lastStarts,
  listProjectContainers,
  liveRuns,
  loadFiles,
  type OnFailure,
  onProjectPorts,
  type PhaseTime,
  type ProjectContainer,
  type ProjectPortsRequest,
  type PruneCandidate,
  type PruneReason,
  portalOf,
  prune,
  publishEnvironment,
  type ReadyReport,
  type RestartOptions,
  type RunOptions,
  restartContainer,
  type Share,
  type SharedIris,
  type StartRecord,
  type StartReporter,
  shareIris,
  type TimedPhase,
} from './lease/index.ts'
