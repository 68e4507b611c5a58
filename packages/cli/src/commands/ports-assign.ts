import { folderOf, type ServiceName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { detectType } from '../project/detect-type.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectPathOf } from '../project/project-path.ts'

interface AssignInput {
  readonly path: string | undefined
  readonly service: ServiceName | 'detect' | undefined
  readonly port: number | undefined
}

/** Reserves a port; prints the bare number, which is what scripts want. */
export async function portsAssign(context: CommandContext, { path, service, port }: AssignInput): Promise<Report> {
  const projectPath = await projectPathOf(context, path)
  const assignment = await openRegistry(context).assignPort(projectPath, {
    service: service === 'detect' ? detectType(folderOf(projectPath)).type : service,
    preferredPort: port,
  })
  return { json: { assignment: assignmentJson(assignment) }, text: String(assignment.port) }
}
