import { readdirSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LABELS } from '../../packages/core/src/container/container-identity.ts'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { livenessOf, type ProcessIdentity } from '../../packages/core/src/process/process-identity.ts'
import { TEST_PROCESS_LABEL } from '../contract/tiny-containers.ts'
import { areDefaultPortsTaken, DEFAULT_PORT, DEFAULT_WEB_PORT } from './default-port.ts'
import { processesOf } from './postgres-server.ts'
import { livenessOfTestFolder } from './test-folder.ts'

/**
 * Removes what tests left behind whose process was killed, or whose machine went down: containers would hold ports and
 * names that the next run's tests count on, servers their ports. What belongs to a process that lives is left alone.
 */
export async function setup(): Promise<void> {
  if (await areDefaultPortsTaken())
    console.log(
      `Port ${DEFAULT_PORT} or ${DEFAULT_WEB_PORT} is in use. Tests that must have them are skipped; their names say so.`,
    )
  // Tests that need an engine say so themselves.
  const engine = await findEngine().catch(() => undefined)
  if (engine) await removeContainers(engine)
  for (const name of readdirSync(tmpdir())) {
    const path = join(tmpdir(), name)
    if (livenessOfTestFolder(path) !== 'dead') continue
    for (const pid of processesOf(path)) process.kill(pid, 'SIGKILL')
    rmSync(path, { recursive: true, force: true, maxRetries: 5 })
  }
}

async function removeContainers(engine: EngineClient): Promise<void> {
  const ofRegistries = await engine.listContainers({ labels: [LABELS.registry] })
  const ofTests = await engine.listContainers({ labels: [TEST_PROCESS_LABEL] })
  const left = [
    ...ofRegistries.filter(({ Labels }) => livenessOfTestFolder(Labels[LABELS.registry] ?? '') === 'dead'),
    ...ofTests.filter(({ Labels }) => hasEnded(Labels[TEST_PROCESS_LABEL] ?? '')),
  ]
  for (const { Id } of left) await engine.removeContainer(Id)
}

/** A process of another boot or pid namespace is as good as dead: who tests there has an engine there. */
function hasEnded(identity: string): boolean {
  return livenessOf(JSON.parse(identity) as ProcessIdentity) !== 'alive'
}
