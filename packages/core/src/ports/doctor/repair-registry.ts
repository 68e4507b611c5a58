import { assembleParts, type PortRegistryOptions } from '../assign/registry-parts.ts'
import { breakLock, isAbandoned } from '../store/queue-holder.ts'
import type { RegistryFinding } from './diagnose-files.ts'
import { diagnoseRegistry, type RegistryDiagnosis } from './diagnose-registry.ts'

/** What a repair did. */
export interface RegistryRepair {
  /** What was the matter and isn't any more. */
  readonly repaired: readonly RegistryFinding[]
  /** How the registry is now. */
  readonly diagnosis: RegistryDiagnosis
}

/**
 * Repairs what {@link diagnoseRegistry} finds repairable: removes an abandoned lock, moves damaged files aside, restores
 * the newest good state, takes over other tools' edits and publishes the view anew. Touches nothing if there is nothing to
 * repair.
 *
 * @throws PortRegistryError when the registry's files can't be written
 */
export async function repairRegistry(options: PortRegistryOptions = {}): Promise<RegistryRepair> {
  const before = await diagnoseRegistry(options)
  const wanted = before.findings.filter(({ isRepairable }) => isRepairable)
  if (wanted.length === 0) return { repaired: [], diagnosis: before }
  const { location, writer, isFolder } = assembleParts(options)
  if (isFolder && isAbandoned(location)) breakLock(location)
  // A commit that changes nothing: it moves aside, takes over, publishes and collects like any other.
  await writer.run((document) => ({ kind: 'commit', next: document, value: undefined }))
  const diagnosis = await diagnoseRegistry(options)
  const left = new Set(diagnosis.findings.map(({ code }) => code))
  return { repaired: wanted.filter(({ code }) => !left.has(code)), diagnosis }
}
