import { listProjectContainers } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { accessContainers } from '../project/container-access.ts'
import { containerJson } from '../project/json-views.ts'
import { containerTable } from '../project/text-views.ts'

/** Lists all projects' containers. */
export async function list(context: CommandContext): Promise<Report> {
  const containers = await listProjectContainers(await accessContainers(context))
  return {
    json: { containers: containers.map(containerJson) },
    text: containers.length > 0 ? containerTable(containers) : '',
    ...(containers.length === 0 ? { note: 'No project has a container.' } : {}),
  }
}
