import type { ServiceName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { checkPort } from './check-port.ts'
import { openRegistry } from './open-registry.ts'
import { projectPathOf } from './project-path.ts'
import { releasePort } from './release-port.ts'

/** Gives a reservation back before its time is over, unless it has none any more, or something listens on the port. */
export async function endReservation(
  context: CommandContext,
  { service, port }: { readonly service: ServiceName; readonly port: number },
): Promise<object> {
  const registry = openRegistry(context)
  const projectPath = await projectPathOf(context)
  const own = await registry.getAssignment(projectPath, { service })
  if (own?.port !== port || own.expiresAt === undefined) return {}
  const { isFree } = await checkPort(context, port)
  if (isFree) await releasePort(registry, projectPath, service)
  return {}
}
