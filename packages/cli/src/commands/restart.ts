import { restartContainer } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { requireContainer } from '../project/container-access.ts'
import { containerJson } from '../project/json-views.ts'
import { refuseLiveRuns } from '../project/refuse-live-runs.ts'
import type { GivenCredentials } from '../project/server-connection.ts'

const START_TIMEOUT_MS = 180_000

/** Restarts the project's IRIS. */
export async function restart(
  context: CommandContext,
  { force, ...given }: GivenCredentials & { readonly force: boolean },
): Promise<Report> {
  const { access, container } = await requireContainer(context)
  if (!force) refuseLiveRuns(container.runs, 'The container is not restarted')
  await restartContainer(access, container, {
    credentials: given,
    timeoutMs: START_TIMEOUT_MS,
    onPhase: (phase) => process.stderr.write(`IRIS restarts  ${container.name}  ${phase} …\n`),
  })
  const { container: now } = await requireContainer(context)
  return { json: { restarted: containerJson(now) }, text: `restarted  container ${container.name}` }
}
