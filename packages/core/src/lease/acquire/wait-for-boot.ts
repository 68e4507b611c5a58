import { LABELS } from '../../container/container-identity.ts'
import { readSettings } from '../../container/settings-file.ts'
import type { ContainerInspection } from '../../engine/engine-answers.ts'
import { credentialsFor } from '../book/credentials.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { connectAsAsked } from './apply-settings.ts'
import { ownFingerprints } from './decide.ts'
import { readoptPorts, recordContainer } from './record-container.ts'
import { type PreparedContainer, untilReady } from './until-ready.ts'

/**
 * Waits for the boot that a container is in. Whatever becomes of the wait, a container that was there before is not
 * removed. Gives nothing when another boot has begun meanwhile.
 */
export async function waitForBoot(
  context: HoldContext,
  found: Pick<ContainerInspection, 'Id' | 'Name' | 'Config'>,
): Promise<PreparedContainer | undefined> {
  const labels = found.Config.Labels ?? {}
  const ports = { port: Number(labels[LABELS.port]), webPort: Number(labels[LABELS.webPort]) }
  const name = found.Name.replace(/^\//, '')
  const record = (await context.registry.read()).containers[found.Id]
  const settings = ownFingerprints(found, record)
  const { engine } = context
  const wasReady = record === undefined && (await readSettings(engine, found.Id)) !== undefined
  const credentials = await credentialsFor(engine, found.Id, settings, {})
  await readoptPorts(context, ports)
  if (!(await recordContainer(context, { id: found.Id, name, settings, wasReady }))) return undefined
  const prepared = await untilReady(context, { id: found.Id, name, ...ports, ...credentials, isNew: false })
  if (!prepared) return undefined
  try {
    return { ...prepared, connection: await connectAsAsked(context, prepared, settings) }
  } finally {
    await prepared.connection.close()
  }
}
