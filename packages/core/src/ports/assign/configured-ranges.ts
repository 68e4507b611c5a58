import { cliCommand } from '../../errors/cli-command.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import {
  formatRange,
  type PortRange,
  parseRange,
  resolveRanges,
  SERVICE_NAMES,
  type ServiceName,
  type ServiceRanges,
} from '../document/services.ts'
import type { RegistryWarning } from '../store/registry-warning.ts'

/** The variables that name a range, as `1972-1991`. */
const VARIABLES: readonly (readonly [ServiceName, string])[] = [
  ['iris', 'IRIS_DEVTESTER_PORT_RANGE'],
  ['iris-web', 'IRIS_DEVTESTER_WEB_PORT_RANGE'],
  ['node', 'IRIS_DEVTESTER_NODE_PORT_RANGE'],
  ['static', 'IRIS_DEVTESTER_STATIC_PORT_RANGE'],
  ['python', 'IRIS_DEVTESTER_PYTHON_PORT_RANGE'],
  ['php', 'IRIS_DEVTESTER_PHP_PORT_RANGE'],
]

/** The variable that names a service's range. */
export function rangeVariable(service: ServiceName): string | undefined {
  return VARIABLES.find(([one]) => one === service)?.[1]
}

interface RangeOptions {
  readonly portRange?: PortRange | undefined
  readonly ranges?: Partial<ServiceRanges> | undefined
}

/**
 * The ranges that the options name, or else the environment.
 *
 * @throws PortRegistryError `INVALID_RANGE`
 */
export function configuredRanges(
  { portRange, ranges = {} }: RangeOptions,
  env: Readonly<Record<string, string | undefined>>,
): Partial<ServiceRanges> {
  const named = Object.fromEntries(
    VARIABLES.flatMap(([service, variable]) => {
      const text = env[variable]
      return text ? [[service, parseRange(text, service, variable)]] : []
    }),
  )
  const given = Object.fromEntries(Object.entries(ranges).filter(([, range]) => range !== undefined))
  return { ...named, ...given, ...(portRange === undefined ? {} : { iris: portRange }) }
}

/** The ranges that hold for one who configures these: its own, then what the registry remembers, then the defaults. */
export function rangesOf(
  { ranges = {} }: Pick<RegistryDocument, 'ranges'>,
  configured: Partial<ServiceRanges>,
): ServiceRanges {
  return resolveRanges({ ...ranges, ...configured })
}

/** The document that remembers the configured ranges for all who name none; the same one where it does already. */
export function rememberRanges(document: RegistryDocument, configured: Partial<ServiceRanges>): RegistryDocument {
  const ranges = { ...document.ranges, ...configured }
  return JSON.stringify(ranges) === JSON.stringify(document.ranges ?? {}) ? document : { ...document, ranges }
}

/** What to tell somebody whose ranges take the place of others that the registry remembered. */
export function changedRanges(
  { ranges = {} }: Pick<RegistryDocument, 'ranges'>,
  configured: Partial<ServiceRanges>,
): RegistryWarning[] {
  return SERVICE_NAMES.flatMap((service) => {
    const [before, now] = [ranges[service], configured[service]]
    if (before === undefined || now === undefined || formatRange(before) === formatRange(now)) return []
    return [
      {
        code: 'RANGE_CHANGED' as const,
        message: `The range of service "${service}" was ${formatRange(before)} in this registry, and is ${formatRange(now)} from now on for all who name none. Name it in one place only: ${cliCommand()} ports ranges`,
        details: { service, before, now },
      },
    ]
  })
}
