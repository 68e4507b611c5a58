/**
 * Which project owns which port of this machine: start with {@link PortRegistry}.
 *
 * @module
 */

export { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
export type { ProcessIdentity } from '../process/process-identity.ts'
export { diagnoseRegistry, type RegistryDiagnosis } from './diagnose-registry.ts'
export type { PortClaim, PortExplanation } from './explain-port.ts'
export type { PortListener } from './find-listener.ts'
export type { ContainerRecord, LeaseRecord } from './lease-record.ts'
export {
  assignmentFromRecord,
  assignmentToRecord,
  type PortAssignment,
  type StoredAssignment,
} from './port-assignment.ts'
export {
  type AssignOptions,
  PortRegistry,
  type ReassignOptions,
  type ServiceOption,
} from './port-registry.ts'
export {
  AssignmentNotFoundError,
  PortAssignmentTimeoutError,
  PortConflictError,
  type PortErrorAnswer,
  type PortErrorCode,
  type PortErrorParts,
  PortExhaustedError,
  PortRegistryError,
} from './port-registry-error.ts'
export { normaliseProjectPath } from './project-path.ts'
export type {
  AssignmentRecord,
  AssignmentStatus,
  AssignmentType,
  HistoryAction,
  HistoryRecord,
  RegistryDocument,
  RememberedRecord,
  ServiceAssignmentRecord,
  SystemRecord,
} from './registry-document.ts'
export type { RegistryFinding } from './registry-finding.ts'
export type { PortRegistryOptions } from './registry-parts.ts'
export type { RegistryWarning, WarningListener } from './registry-warning.ts'
export { type RegistryRepair, repairRegistry } from './repair-registry.ts'
export { DEFAULT_RANGES, type PortRange, type ServiceName, type ServiceRanges } from './services.ts'
export { PROJECT_LABEL } from './survey-engine.ts'
export type { SystemService, SystemServiceOptions } from './system-services.ts'
