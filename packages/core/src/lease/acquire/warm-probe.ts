import { type Fingerprints, parseFingerprints } from '../../container/settings-fingerprints.ts'
import { type HandshakeOutcome, probeSuperserver } from '../../container/superserver-handshake.ts'
import { debugLog } from '../../debug/debug-log.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import { findAssignment } from '../../ports/document/port-assignment.ts'
import type { RegistryDocument } from '../../ports/document/registry-document.ts'
import { type Credentials, credentialsFor } from '../book/credentials.ts'
import { type CandidateContext, findWarmCandidate } from '../book/run-lease.ts'

const debug = debugLog('lease')

/** How long the engine may take before the regular search starts, in ms. */
const TIMEOUT_MS = 2_000

/** What the engine and the superserver say of the warm candidate. */
export interface WarmProbe {
  readonly found: ContainerInspection
  /** Where the superserver was asked. */
  readonly port: number
  readonly handshake: HandshakeOutcome
  /** Who logs in. */
  readonly credentials: Credentials
}

/**
 * Probes the warm candidate: asks the engine and the superserver at the same time. An engine that answers
 * needs no further proof that it is one; one that doesn't gives nothing.
 *
 * @returns nothing at once where there is no warm candidate.
 */
export function probeWarm(
  context: CandidateContext,
  document: RegistryDocument,
): Promise<WarmProbe | undefined> | undefined {
  const id = findWarmCandidate(document, context)
  const port = findAssignment(document, context.acquisition.projectPath, 'iris')?.port
  if (id === undefined || port === undefined) return undefined
  return probe(context, id, port, parseFingerprints(document.containers[id]?.settings))
}

async function probe(
  { engine, host, acquisition }: CandidateContext,
  id: string,
  port: number,
  own: Fingerprints,
): Promise<WarmProbe | undefined> {
  try {
    const [found, handshake, credentials] = await Promise.all([
      engine.inspectContainer(id, { timeoutMs: TIMEOUT_MS }),
      probeSuperserver(host, port),
      credentialsFor(engine, id, own, acquisition.askedSettings),
    ])
    return found && { found, port, handshake, credentials }
  } catch (error) {
    // The regular search meets the same problem and reports it.
    debug.swallowed('warm probe', error)
    return undefined
  }
}
