export {
  connectIris,
  connectionInfo,
  fromEnvironment,
  IrisConnection,
  IrisConnectionError,
  type IrisConnectionErrorCode,
  type IrisConnectionInfo,
  type IrisEnvironment,
  inNamespace,
  type ServerInfo,
  type SqlParameter,
  type SqlRow,
  toEnvironment,
} from './connection/index.ts'
export { type ContainerErrorCode, IrisContainerError } from './container/container-error.ts'
export { DEFAULT_IMAGE, type IrisSettings } from './container/iris-settings.ts'
export type { StartPhase } from './container/wait-until-ready.ts'
export { EngineError, type EngineErrorCode } from './engine/engine-error.ts'
export { type ErrorParts, IrisDevtesterError } from './errors/iris-devtester-error.ts'
export {
  type AcquiredContainerInfo,
  type AcquiredIris,
  type AcquireOptions,
  acquireIris,
  type Isolation,
  type Keep,
  LeaseError,
  type LeaseErrorCode,
  publishEnvironment,
  type ReadyReport,
  type SharedIris,
  type StartReporter,
  shareIris,
} from './lease/index.ts'
