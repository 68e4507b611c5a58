import { liveRuns } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson, runJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { assignmentTable, runTable } from '../project/text-views.ts'

/** Lists all assignments and live runs. */
export async function portsList(context: CommandContext): Promise<Report> {
  const registry = openRegistry(context)
  const assignments = await registry.listAll()
  const runs = liveRuns(await registry.read())
  const tables = [
    ...(assignments.length > 0 ? [assignmentTable(assignments)] : []),
    ...(runs.length > 0 ? [runTable(runs)] : []),
  ]
  return {
    json: {
      registryPath: registry.registryPath,
      assignments: assignments.map(assignmentJson),
      runs: runs.map(runJson),
    },
    text: tables.join('\n\n'),
    ...(assignments.length === 0 ? { note: `No port is assigned in ${registry.registryPath}.` } : {}),
  }
}
