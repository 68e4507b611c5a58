/**
 * The parts of which a container's life is made, for packages that let another library create it, such as
 * `@iris-devtester/testcontainers`: settings, labels, ports, readiness, and what a failed start leaves.
 *
 * @module
 */

export { IrisConnection } from '../connection/iris-connection.ts'
export { debugLog } from '../debug/debug-log.ts'
export { EngineClient } from '../engine/engine-client.ts'
export { EngineError } from '../engine/engine-error.ts'
export { findEngine } from '../engine/find-engine.ts'
export { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
export { normaliseProjectPath } from '../ports/document/project-path.ts'
export { PortRegistry } from '../ports/port-registry.ts'
export { currentProcess } from '../process/process-identity.ts'
export { type ContainerErrorCode, IrisContainerError } from './container-error.ts'
export { LABELS } from './container-identity.ts'
export { type CreateRequest, createRequest, hasAfterHook } from './create-request.ts'
export { diagnose } from './diagnosis.ts'
export { type EndWatch, watchEnd } from './end-watch.ts'
export { gatherEvidence } from './evidence.ts'
export { hostAddress, locateProcess } from './host-address.ts'
export {
  completeSettings,
  DEFAULT_IMAGE,
  type IrisSettings,
  invalidSetting,
  SUPERSERVER_PORT,
  WEB_PORT,
} from './iris-settings.ts'
export { removeAttempt, removeOrphans } from './leftovers.ts'
export { ensureImage } from './pull-image.ts'
export type { ReadinessRequest } from './readiness-request.ts'
export { onDefaultPorts, type ReservationRequest, type ReservedPorts } from './reserved-ports.ts'
export { restartContainer } from './restart-container.ts'
export { settingsFile } from './settings-file.ts'
export { fingerprint, formatFingerprints } from './settings-fingerprints.ts'
export { startRefused } from './start-refusal.ts'
export { waitUntilReady } from './wait-until-ready.ts'
