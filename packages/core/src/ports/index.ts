/**
 * Which project owns which port of this machine: start with {@link PortRegistry}.
 *
 * @module
 */

export { cliCommand } from '../errors/cli-command.ts'
export { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
export { printableText } from '../errors/printable.ts'
export { currentProcess, type ProcessIdentity } from '../process/process-identity.ts'
export { type KnownListeners, type ListedListener, listListeners, type PortListener } from './assign/find-listener.ts'
export type { PortRegistryOptions } from './assign/registry-parts.ts'
export {
  type EngineSurvey,
  type KnownBindings,
  PROJECT_LABEL,
  type SurveyedContainer,
  surveyEngine,
} from './assign/survey-engine.ts'
export type { SystemService, SystemServiceOptions } from './assign/system-services.ts'
export type { RegistryFinding } from './doctor/diagnose-files.ts'
export { diagnoseRegistry, type RegistryDiagnosis } from './doctor/diagnose-registry.ts'
export type { PortClaim, PortExplanation } from './doctor/explain-port.ts'
export { type RegistryRepair, repairRegistry } from './doctor/repair-registry.ts'
export type {
  AssignmentRecord,
  AssignmentStatus,
  AssignmentType,
  ServiceAssignmentRecord,
} from './document/assignment-record.ts'
export { machineName, machineOf } from './document/fleet-name.ts'
export type { ImportedPort, PortImport, PortTransfer } from './document/import-ports.ts'
export type { ContainerRecord, LeaseRecord, SetAsideRecord } from './document/lease-record.ts'
export {
  assignmentFromRecord,
  assignmentToRecord,
  type PortAssignment,
  type StoredAssignment,
} from './document/port-assignment.ts'
export {
  AssignmentNotFoundError,
  PortAssignmentTimeoutError,
  PortConflictError,
  type PortErrorAnswer,
  type PortErrorCode,
  type PortErrorParts,
  PortExhaustedError,
  PortRegistryError,
} from './document/port-registry-error.ts'
export {
  folderOf,
  instanceOf,
  instancePath,
  MAIN_INSTANCE,
  normaliseProjectPath,
  projectName,
} from './document/project-path.ts'
export type {
  HistoryAction,
  HistoryRecord,
  RegistryDocument,
  RememberedRecord,
  SystemRecord,
} from './document/registry-document.ts'
export {
  DEFAULT_RANGES,
  type PortRange,
  parseRange,
  type ServiceName,
  type ServiceRanges,
} from './document/services.ts'
export {
  type AssignOptions,
  PortRegistry,
  type ReassignOptions,
  type ServiceOption,
} from './port-registry.ts'
export type { ProjectNames } from './store/project-names.ts'
export type { PortChoice, RegistrySnapshot, RegistryStore, RegistryTurn } from './store/registry-store.ts'
export type { RegistryWarning, WarningListener } from './store/registry-warning.ts'
