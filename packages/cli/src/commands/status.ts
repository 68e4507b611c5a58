import {
  cliCommand,
  findProjectContainer,
  fromEnvironment,
  isAnswering,
  liveRuns,
  namesIris,
  portalOf,
} from '@iris-devtester/core'
import { folderOf, instanceOf, projectName } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import { facts } from '../output/table.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { accessContainers } from '../project/container-access.ts'
import { assignmentJson, containerJson, runJson } from '../project/json-views.ts'
import { projectNameOf } from '../project/project-path.ts'
import { copyTable, keptText, runTable } from '../project/text-views.ts'

/** Shows how the project's IRIS is. */
export async function status(context: CommandContext): Promise<Report> {
  const access = await accessContainers(context)
  const projectPath = await projectNameOf(context)
  const container = await findProjectContainer(access, projectPath)
  const assignments = (await access.registry.listAll()).filter((one) => one.projectPath === projectPath)
  const runs = liveRuns(await access.registry.read(), projectPath)
  const answers = container?.state === 'running' && (await isAnswering(access, container))
  const portal = container?.state === 'running' ? await portalOf(access, container) : undefined
  const lines = facts([
    ['project', projectName(projectPath)],
    ['container', container?.name],
    ['image', container?.image],
    ['state', container && stateText(container.state, answers)],
    ['superserver', container?.port || undefined],
    ['web', container?.webPort || undefined],
    ['Management Portal', portal],
    ['kept', container && keptText(container)],
    ...assignments.map((one) => [`port ${one.service}`, `${one.port} (${one.assignmentType})`] as const),
  ])
  const { copies = [] } = container ?? {}
  const tables = [...(runs.length > 0 ? [runTable(runs)] : []), ...(copies.length > 0 ? [copyTable(copies)] : [])]
  const note = container
    ? undefined
    : `The project ${projectName(projectPath)} has no container. Start it: ${cliCommand()} up`
  return {
    json: {
      projectPath: folderOf(projectPath),
      instance: instanceOf(projectPath),
      container: container ? containerJson(container) : null,
      answers,
      portal: portal ?? null,
      assignments: assignments.map(assignmentJson),
      runs: runs.map(runJson),
    },
    text: container ? [lines, ...tables].join('\n\n') : '',
    ...(note === undefined ? externalNote() : { note, exitCode: EXIT.nothing }),
  }
}

function stateText(state: string, answers: boolean): string {
  if (state !== 'running') return style('yellow', state)
  return answers ? style('green', 'running, answers') : style('yellow', 'running, does not answer yet')
}

/** A reader who has named a server would look at the wrong one. */
function externalNote(): { note: string } | undefined {
  if (!namesIris(process.env)) return undefined
  const { host, port } = fromEnvironment()
  return { note: `Tests don't use this container: the environment names an IRIS at ${host}:${port}.` }
}
