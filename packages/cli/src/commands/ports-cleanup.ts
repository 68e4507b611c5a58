import { projectName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'

/** Releases what nobody can be using any more. */
export async function portsCleanup(context: CommandContext): Promise<Report> {
  const released = await openRegistry(context).cleanupStale()
  return {
    json: { released: released.map(assignmentJson) },
    text: released.map((one) => `released  ${one.service} ${one.port}  ${projectName(one.projectPath)}`).join('\n'),
    ...(released.length === 0 ? { note: 'No assignment is stale.', exitCode: EXIT.nothing } : {}),
  }
}
