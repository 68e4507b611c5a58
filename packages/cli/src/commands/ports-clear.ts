import { liveRuns } from '@iris-devtester/core'
import { confirm } from '../output/confirm.ts'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'
import type { Report } from '../program/report.ts'
import { assignmentJson } from '../project/json-views.ts'
import { openRegistry } from '../project/open-registry.ts'
import { refuseLiveRuns } from '../project/refuse-live-runs.ts'

interface ClearInput {
  readonly yes: boolean
  readonly force: boolean
}

/** Releases and forgets all assignments. */
export async function portsClear(context: CommandContext, { yes, force }: ClearInput): Promise<Report> {
  const registry = openRegistry(context)
  const assignments = await registry.listAll()
  const { remembered } = await registry.read()
  if (assignments.length + remembered.length === 0) {
    const note = `No port is assigned in ${registry.registryPath}.`
    return { json: { cleared: [] }, text: '', note, exitCode: EXIT.nothing }
  }
  if (!force) refuseLiveRuns(liveRuns(await registry.read()), 'The registry is not cleared')
  const question = `Clear ${assignments.length} assigned and ${remembered.length} remembered ports from ${registry.registryPath}?`
  if (!yes && !(await confirm(question, context))) {
    throw new CliError({ code: 'DECLINED', message: 'Nothing was cleared.' })
  }
  await registry.clearAll()
  return {
    json: { cleared: assignments.map(assignmentJson) },
    text: `cleared  ${assignments.length} assigned and ${remembered.length} remembered ports`,
  }
}
