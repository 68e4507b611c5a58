import type { PortClaim } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import { timeAgo } from '../output/time-ago.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { terminalWidth, wrapWords } from '../program/fit-width.ts'
import type { Report } from '../program/report.ts'
import { openRegistry } from '../project/open-registry.ts'

/** Says who holds a port. */
export async function portsExplain(context: CommandContext, { port }: { readonly port: number }): Promise<Report> {
  const explanation = await openRegistry(context).explain(port)
  const { services, isAvailable, claims, unchecked } = explanation
  const verdict = isAvailable ? style('green', 'available') : style('yellow', 'not available')
  const range = services.length > 0 ? `range of ${services.join(', ')}` : "in no service's range"
  return {
    json: explanation,
    text: [`${port}  ${verdict}  ${range}`, ...claims.map(claimText)].join('\n'),
    ...(unchecked === undefined ? {} : { note: unchecked }),
  }
}

/** What freeing the port does to who holds it. */
const EFFECTS: Readonly<Record<string, string>> = {
  assignment: 'to release it there',
  container: 'to end that container, with its data',
  process: 'to end that process',
}

/** Sentences are wrapped; a command stays on its line, so that it can be copied. */
function claimText({ kind, message, since, remedy, blocks }: PortClaim): string {
  const age = since === undefined ? '' : ` (${timeAgo(since)})`
  const free = remedy === undefined || !blocks ? '' : `\n    ${EFFECTS[kind] ?? 'to free it'}:\n      ${remedy}`
  return `${wrapWords(`${message}${age}`, terminalWidth(), '  ')}${free}`
}
