import { findEngine, findProjectContainer, liveRuns, type ProjectContainer } from '@iris-devtester/core'
import type { PortRegistry } from '@iris-devtester/core/ports'
import { folderOf, instanceOf, projectName } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import { facts } from '../output/table.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson, containerJson, historyJson, runJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectNameOf } from '../project/project-path.ts'
import { assignmentTable, historyTable, keptText, runTable } from '../project/text-views.ts'

const HISTORY_LINES = 10

/** Shows all that is known of one project. */
export async function portsInspect(
  context: CommandContext,
  { path }: { readonly path: string | undefined },
): Promise<Report> {
  const projectPath = await projectNameOf(context, path)
  const registry = openRegistry(context)
  const document = await registry.read()
  const assignments = (await registry.listAll()).filter((one) => one.projectPath === projectPath)
  const runs = liveRuns(document, projectPath)
  const remembered = document.remembered.filter((one) => one.project_path === projectPath)
  const history = document.history.filter((one) => one.project_path === projectPath).slice(0, HISTORY_LINES)
  const { container, problem } = await askEngine(registry, projectPath)
  const isKnown = assignments.length + runs.length + remembered.length + history.length > 0 || container !== undefined
  const parts = [
    ['Ports', assignments.length > 0 ? assignmentTable(assignments) : 'none assigned'],
    ...remembered.map((one) => ['Remembered', `${one.service} ${one.port}, released ${one.released_at}`] as const),
    ['Container', container ? containerFacts(container) : (problem ?? 'none')],
    ['Live runs', runs.length > 0 ? runTable(runs) : 'none'],
    ...(history.length > 0 ? [['History', historyTable(history)] as const] : []),
  ]
  return {
    json: {
      projectPath: folderOf(projectPath),
      instance: instanceOf(projectPath),
      assignments: assignments.map(assignmentJson),
      remembered: remembered.map(({ service, port, released_at }) => ({ service, port, releasedAt: released_at })),
      container: container ? containerJson(container) : null,
      engineProblem: problem ?? null,
      runs: runs.map(runJson),
      history: history.map(historyJson),
    },
    text: isKnown
      ? [projectName(projectPath), ...parts.map(([title, body]) => `${style('bold', String(title))}\n${body}`)].join(
          '\n\n',
        )
      : '',
    ...(isKnown
      ? {}
      : { note: `Nothing is known of the project ${projectName(projectPath)}.`, exitCode: EXIT.nothing }),
  }
}

/** The registry is worth showing without an engine too. */
async function askEngine(registry: PortRegistry, projectPath: string) {
  try {
    const container = await findProjectContainer({ engine: await findEngine(), registry }, projectPath)
    return { container, problem: undefined }
  } catch (error) {
    return { container: undefined, problem: (error as Error).message.split('\n')[0] }
  }
}

function containerFacts(container: ProjectContainer): string {
  const { name, image, state, port, webPort } = container
  return facts([
    ['name', name],
    ['image', image],
    ['state', state],
    ['superserver', port || undefined],
    ['web', webPort || undefined],
    ['kept', keptText(container)],
  ])
}
