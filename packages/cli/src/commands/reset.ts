import { connectIris, connectionTo, holdRunning } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { requireRunning } from '../project/container-access.ts'
import { refuseLiveRuns } from '../project/refuse-live-runs.ts'
import type { GivenCredentials } from '../project/server-connection.ts'

interface ResetInput extends GivenCredentials {
  readonly mark: boolean
  readonly dryRun: boolean
  readonly force: boolean
}

/** Puts a namespace's tables back to what they were when they were recorded, or records them. */
export async function reset(context: CommandContext, { mark, dryRun, force, ...given }: ResetInput): Promise<Report> {
  const { access, container } = await requireRunning(context)
  if (!force && !dryRun) refuseLiveRuns(container.runs, mark ? 'Nothing is recorded' : 'The tables are not reset')
  const info = await connectionTo(access, container, given)
  const { namespace } = info
  return holdRunning(access, container, 'cli reset', async () => {
    await using connection = connectIris(info)
    if (mark && !dryRun) {
      await connection.markBaseline()
      const json = { namespace, restored: [], dropped: [], isRecorded: true }
      return { json, text: `recorded  the tables of ${namespace}` }
    }
    const plan = await connection.planReset()
    const { restored, dropped } = plan ?? { restored: [], dropped: [] }
    const json = { namespace, restored, dropped, isRecorded: plan !== undefined }
    if (!dryRun) await connection.reset()
    else if (!plan) {
      const note = `Nothing is recorded of the tables of ${namespace}.`
      return { json, text: '', note, exitCode: EXIT.nothing }
    }
    const [restores, drops] = dryRun ? ['would be reset', 'would be dropped'] : ['reset', 'dropped']
    const lines = [...restored.map((one) => `${restores}  ${one}`), ...dropped.map((one) => `${drops}  ${one}`)]
    return { json, text: lines.join('\n') }
  })
}
