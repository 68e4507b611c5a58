import { debugLog } from '../../debug/debug-log.ts'
import { assignmentNotFound } from '../document/document-errors.ts'
import { assignmentFromRecord, findAssignment, type PortAssignment } from '../document/port-assignment.ts'
import type { PortConflictError } from '../document/port-registry-error.ts'
import type { ServiceName } from '../document/services.ts'
import { historyRecord, release, withHistory } from '../document/transitions.ts'
import { type AssignRequest, PortAssigner } from './port-assigner.ts'
import { portInUse } from './port-errors.ts'
import { findSuggestions, refusalError } from './refuse-request.ts'
import type { RegistryParts } from './registry-parts.ts'

const debug = debugLog('ports')

/** Serves a request for a port, or says why it can't be met. */
export async function assignPort(parts: RegistryParts, request: AssignRequest): Promise<PortAssignment> {
  const assigner = new PortAssigner(parts, request)
  const outcome = await assigner.run()
  if (outcome.kind === 'granted') return assignmentFromRecord(outcome.record)
  const { document } = await parts.store.read()
  const error = await refusalError(outcome.refusal, document, assigner.describe(document), assigner.facts)
  await noteConflict(
    parts,
    request,
    Number(error.details.port ?? parts.rangesOf(document)[request.service][0]),
    error.summary,
  )
  throw error
}

/** Ports instead of `wanted` that are free for the project right now. */
export async function suggestPorts(
  parts: RegistryParts,
  wanted: number,
  request: Pick<AssignRequest, 'projectPath' | 'service'>,
): Promise<number[]> {
  const full = { ...request, preferredPort: undefined, containerName: undefined, avoid: [wanted], reason: '' }
  const assigner = new PortAssigner(parts, full)
  const { document } = await parts.store.read()
  await assigner.surveyMachine(document)
  return findSuggestions(wanted, document, assigner.describe(document), assigner.facts)
}

/** What to do after the engine refused to bind an assigned port. */
export interface Refused {
  readonly projectPath: string
  readonly service: ServiceName
  /** What the engine said. */
  readonly reason: string
  /** The port it was said of, if the caller knows. */
  readonly port: number | undefined
}

/** Moves an automatic assignment to another port, and gives a manual one up. */
export async function reassignPort(parts: RegistryParts, refused: Refused): Promise<PortAssignment> {
  const { projectPath, service, reason } = refused
  const { document } = await parts.store.read()
  const record = findAssignment(document, projectPath, service)
  if (!record) throw assignmentNotFound(projectPath, service)
  const { port } = record
  if (refused.port !== undefined && refused.port !== port) return assignmentFromRecord(record)
  if (record.assignment_type === 'auto') {
    const avoid = [port]
    return assignPort(parts, {
      projectPath,
      service,
      preferredPort: undefined,
      containerName: undefined,
      avoid,
      reason,
    })
  }
  await parts.writer.run((current) => {
    const manual = findAssignment(current, projectPath, service)
    if (manual?.port !== port) return { kind: 'done', value: undefined }
    const next = release(current, [manual], { action: 'conflict', reason, at: new Date() }, false)
    return { kind: 'commit', next, value: undefined }
  })
  throw await refusedManual(parts, refused, port)
}

async function refusedManual(parts: RegistryParts, refused: Refused, port: number): Promise<PortConflictError> {
  const suggestions = await suggestPorts(parts, port, refused)
  return portInUse(port, { kind: 'holder', holder: { kind: 'system', reason: refused.reason } }, suggestions)
}

/** Puts the refusal into the history, unless it's the newest entry there already or can't be written. */
async function noteConflict(
  parts: RegistryParts,
  request: AssignRequest,
  port: number,
  message: string,
): Promise<void> {
  const { projectPath, service } = request
  const reason = message.split('\n')[0] ?? ''
  const write = parts.writer.run((document) => {
    const [newest] = document.history
    const isKnown = newest?.action === 'conflict' && newest.project_path === projectPath && newest.reason === reason
    if (isKnown) return { kind: 'done', value: undefined }
    const note = { action: 'conflict', reason, at: new Date() } as const
    const record = historyRecord({ project_path: projectPath, port }, service, note)
    return { kind: 'commit', next: withHistory(document, [record]), value: undefined }
  })
  // The caller must hear of the refusal, whatever becomes of the note.
  await write.catch((error) => debug.swallowed('note the conflict', error))
}
