import { existsSync } from 'node:fs'
import { type HandshakeOutcome, shakeHands } from '../container/superserver-handshake.ts'
import type { ContainerInspection } from '../engine/engine-answers.ts'
import { engineCandidates } from '../engine/engine-candidates.ts'
import { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'
import { findAssignment } from '../ports/port-assignment.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import { type HopeContext, hopeOf } from './run-lease.ts'

/** How long the engine may take before it is looked for properly, in ms. */
const TIMEOUT_MS = 2_000

/** The container a run hopes for, as its engine and its superserver showed it at a first look. */
export interface Glimpse {
  readonly found: ContainerInspection
  /** Where the superserver was asked. */
  readonly port: number
  readonly handshake: HandshakeOutcome
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
 * that answers this needs no further proof that it is one.
 *
 * @returns nothing when there is no such container, or its engine doesn't answer.
 */
export async function glimpse(context: HopeContext, document: RegistryDocument): Promise<Glimpse | undefined> {
  const { engine, acquisition, host } = context
  const id = hopeOf(document, context)
  const port = findAssignment(document, acquisition.projectPath, 'iris')?.port
  if (id === undefined || port === undefined) return undefined
  try {
    const [found, handshake] = await Promise.all([
      engine.inspectContainer(id, { timeoutMs: TIMEOUT_MS }),
      shakeHands(host, port),
    ])
    return found && { found, port, handshake }
  } catch (error) {
    if (error instanceof EngineError) return undefined
    throw error
  }
}
