import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { historyJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectNameOf } from '../project/project-path.ts'
import { historyTable } from '../project/text-views.ts'

/** Shows the registry's history, of one project if one is named. */
export async function portsHistory(
  context: CommandContext,
  { limit = 20 }: { readonly limit: number | undefined },
): Promise<Report> {
  const projectPath = context.namesProject ? await projectNameOf(context) : undefined
  const all = await openRegistry(context).history()
  const history = all.filter((one) => (projectPath ?? one.project_path) === one.project_path).slice(0, limit)
  return {
    json: { history: history.map(historyJson) },
    text: history.length > 0 ? historyTable(history) : '',
    ...(history.length === 0 ? { note: 'Nothing has happened yet.' } : {}),
  }
}
