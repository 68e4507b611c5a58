import { existsSync } from 'node:fs'
import { type Fingerprints, parseFingerprints } from '../container/settings-fingerprints.ts'
import { type HandshakeOutcome, shakeHands } from '../container/superserver-handshake.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import { engineCandidates } from '../engine/engine-candidates.ts'
import { EngineClient } from '../engine/engine-client.ts'
import { findAssignment } from '../ports/port-assignment.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { type Credentials, credentialsFor } from './credentials.ts'
import { type HopeContext, hopeOf } from './run-lease.ts'

/** How long the engine may take before it is looked for properly, in ms. */
const TIMEOUT_MS = 2_000

/** The container a run hopes for, as its engine and its superserver showed it at a first look. */
export interface Glimpse {
  readonly found: ContainerInspection
  /** Where the superserver was asked. */
  readonly port: number
  readonly handshake: HandshakeOutcome
  /** Who logs in. */
  readonly credentials: Credentials
}

/** The engine that {@link findEngine} would most likely find, without asking it. */
export function likelyEngine(): EngineClient | undefined {
  const endpoint = engineCandidates().find(
    (one) => one.kind === 'tcp' || process.platform === 'win32' || existsSync(one.path),
  )
  return endpoint && new EngineClient(endpoint)
}

/**
 * A first look at the container a run hopes for, which asks the engine and the superserver at the same time. An engine
 * that answers this needs no further proof that it is one; one that doesn't gives nothing.
 *
 * @returns nothing at once where there is no container to hope for.
 */
export function glimpse(context: HopeContext, document: RegistryDocument): Promise<Glimpse | undefined> | undefined {
  const id = hopeOf(document, context)
  const port = findAssignment(document, context.acquisition.projectPath, 'iris')?.port
  if (id === undefined || port === undefined) return undefined
  return look(context, id, port, parseFingerprints(document.containers[id]?.settings))
}

async function look(
  { engine, host, acquisition }: HopeContext,
  id: string,
  port: number,
  own: Fingerprints,
): Promise<Glimpse | undefined> {
  try {
    const [found, handshake, credentials] = await Promise.all([
      engine.inspectContainer(id, { timeoutMs: TIMEOUT_MS }),
      shakeHands(host, port),
      credentialsFor(engine, id, own, acquisition.askedSettings),
    ])
    return found && { found, port, handshake, credentials }
  } catch {
    // Whoever looks properly meets the same problem, and says what it is.
    return undefined
  }
}
