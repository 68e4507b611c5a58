import { liveRuns } from '@iris-devtester/core'
import type { ServiceName } from '@iris-devtester/core/ports'
import { projectName } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { projectNameOf } from '../project/project-path.ts'
import { refuseHeldPorts } from '../project/refuse-held-ports.ts'
import { refuseLiveRuns } from '../project/refuse-live-runs.ts'
import { releasePort } from '../project/release-port.ts'

interface ReleaseInput {
  readonly path: string | undefined
  readonly service: ServiceName | undefined
  readonly force: boolean
}

/** Gives a project's ports back, or one service's. */
export async function portsRelease(context: CommandContext, { path, service, force }: ReleaseInput): Promise<Report> {
  const projectPath = await projectNameOf(context, path)
  const registry = openRegistry(context)
  const released = (await registry.listAll()).filter(
    (one) => one.projectPath === projectPath && (service ?? one.service) === one.service,
  )
  if (released.length === 0) {
    const which = service === undefined ? 'no port' : `no port for the service "${service}"`
    return {
      json: { released: [] },
      text: '',
      note: `The project ${projectName(projectPath)} has ${which}.`,
      exitCode: EXIT.nothing,
    }
  }
  if (!force) {
    refuseLiveRuns(liveRuns(await registry.read(), projectPath), 'The ports are not released')
    await refuseHeldPorts(context, projectPath, released)
  }
  for (const one of released) await releasePort(registry, projectPath, one.service)
  return {
    json: { released: released.map(assignmentJson) },
    text: released.map((one) => `released  ${one.service} ${one.port}  ${projectName(projectPath)}`).join('\n'),
  }
}
