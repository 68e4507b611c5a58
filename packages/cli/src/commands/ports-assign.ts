import { folderOf, type ServiceName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { detectType } from '../project/detect-type.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectPathOf } from '../project/project-path.ts'
import { withAlternatives } from '../project/suggest-ports.ts'

interface AssignInput {
  readonly path: string | undefined
  readonly service: ServiceName | 'detect' | undefined
  readonly port: number | undefined
  readonly minutes: number | undefined
}

/** Reserves a port; prints the bare number, which is what scripts want. */
export async function portsAssign(
  context: CommandContext,
  { path, service, port, minutes }: AssignInput,
): Promise<Report> {
  const projectPath = await projectPathOf(context, path)
  const type = service === 'detect' ? detectType(folderOf(projectPath)).type : service
  const assignment = await openRegistry(context)
    .assignPort(projectPath, {
      service: type,
      preferredPort: port,
      timeLimitMs: minutes === undefined ? undefined : minutes * 60_000,
    })
    .catch(async (error) => {
      throw await withAlternatives(context, type ?? 'iris', error)
    })
  return { json: { assignment: assignmentJson(assignment) }, text: String(assignment.port) }
}
