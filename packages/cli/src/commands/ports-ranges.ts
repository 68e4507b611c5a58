import { parseRange, type ServiceName } from '@iris-devtester/core/ports'
import { table } from '../output/table.ts'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { openRegistry } from '../project/open-registry.ts'

interface RangesInput {
  readonly service: ServiceName | undefined
  readonly set: string | undefined
}

/** Shows the ranges, after it has set one if told to. */
export async function portsRanges(context: CommandContext, { service = 'iris', set }: RangesInput): Promise<Report> {
  const registry = openRegistry(context)
  if (set !== undefined) {
    await registry.setRange(service, set === 'default' ? undefined : parseRange(set, service, '--set'))
  }
  const ranges = Object.entries(await registry.ranges())
  const rows = ranges.map(([name, [first, last]]) => [name, `${first}-${last}`, last - first + 1])
  const note = set === undefined ? undefined : overriddenBy(service)
  return {
    json: { ranges: Object.fromEntries(ranges) },
    text: table(['SERVICE', 'RANGE', 'PORTS'], rows),
    ...(note === undefined ? {} : { note }),
  }
}

/** A variable takes precedence over what the registry remembers, so what was set holds for others alone. */
function overriddenBy(service: ServiceName): string | undefined {
  const variable = `IRIS_DEVTESTER_${{ iris: '', 'iris-web': 'WEB_' }[service as string] ?? `${service.toUpperCase()}_`}PORT_RANGE`
  const value = process.env[variable]
  if (!value) return undefined
  return `The range is set for all who name none. Here ${variable} names ${value} and takes precedence. To use what is set: unset ${variable}`
}
