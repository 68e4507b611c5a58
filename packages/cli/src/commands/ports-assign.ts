import type { ServiceName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectPathOf } from '../project/project-path.ts'

interface AssignInput {
  readonly path: string | undefined
  readonly service: ServiceName | undefined
  readonly port: number | undefined
}

/** Reserves a port; prints the bare number, which is what scripts want. */
export async function portsAssign(context: CommandContext, { path, service, port }: AssignInput): Promise<Report> {
  const assignment = await openRegistry(context).assignPort(await projectPathOf(context, path), {
    service,
    preferredPort: port,
  })
  return { json: { assignment: assignmentJson(assignment) }, text: String(assignment.port) }
}
