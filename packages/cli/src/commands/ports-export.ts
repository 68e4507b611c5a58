import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { openRegistry } from '../project/open-registry.ts'

/** Prints the registry's ports; runs and containers stay where they are. */
export async function portsExport(context: CommandContext): Promise<Report> {
  const { assignments, service_assignments, remembered, system } = await openRegistry(context).read()
  const json = { assignments, service_assignments, remembered, system }
  return { json, text: JSON.stringify(json, null, 2) }
}
