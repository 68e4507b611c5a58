import { endContainer, findProjectContainer, liveRuns } from '@iris-devtester/core'
import { projectName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { accessContainers } from '../project/container-access.ts'
import { assignmentJson, containerJson } from '../project/json-views.ts'
import { projectNameOf } from '../project/project-path.ts'
import { refuseLiveRuns } from '../project/refuse-live-runs.ts'
import { releasePort } from '../project/release-port.ts'

/** Ends the project's container and releases its IRIS ports. */
export async function down(context: CommandContext, { force }: { readonly force: boolean }): Promise<Report> {
  const access = await accessContainers(context)
  const { registry } = access
  const projectPath = await projectNameOf(context)
  if (!force) refuseLiveRuns(liveRuns(await registry.read(), projectPath), 'The container is not ended')
  const held = (await registry.listAll()).filter(
    (one) => one.projectPath === projectPath && (one.service === 'iris' || one.service === 'iris-web'),
  )
  const container = await findProjectContainer(access, projectPath)
  if (container) await endContainer(access, container, { force })
  // Ports can outlive their container, or have been reserved without one.
  for (const { service } of held) await releasePort(registry, projectPath, service)
  const isNothing = container === undefined && held.length === 0
  return {
    json: { ended: container ? containerJson(container) : null, released: held.map(assignmentJson) },
    text: [
      ...(container ? [`ended  container ${container.name}`] : []),
      ...held.map(({ service, port }) => `released  ${service} ${port}`),
    ].join('\n'),
    ...(isNothing ? { note: `The project ${projectName(projectPath)} has no container.`, exitCode: EXIT.nothing } : {}),
  }
}
