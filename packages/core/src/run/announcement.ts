import {
  type IrisConnectionInfo,
  toEnvironment,
  toInstanceEnvironment,
  VARIABLES,
  variableOf,
} from '../connection/connection-info.ts'

/** The variables that a run's host announces when its IRIS is up, in this order. */
const ANNOUNCED = [...VARIABLES, 'IRIS_DEVTESTER_NAMESPACES'] as const

/** The announcement: a variable a line; the instances' after the run's own, in the order of their names. */
export function announcement(
  info: IrisConnectionInfo,
  namespaces: readonly string[],
  instances: Readonly<Record<string, IrisConnectionInfo>> = {},
): string {
  const values: Record<string, string> = { ...toEnvironment(info), IRIS_DEVTESTER_NAMESPACES: namespaces.join() }
  for (const [name, one] of Object.entries(instances)) Object.assign(values, toInstanceEnvironment(one, name))
  return announcedNames(Object.keys(instances))
    .map((name) => `${name}=${values[name]}\n`)
    .join('')
}

/** The variables that are announced, in this order. */
export function announcedNames(instances: readonly string[]): string[] {
  const ofInstances = [...instances].sort().flatMap((instance) => VARIABLES.map((name) => variableOf(name, instance)))
  return [...ANNOUNCED, ...ofInstances]
}

/** Matches the whole announcement; each variable is a group, named in lower case. */
export function announcedPattern(instances: readonly string[] = []): RegExp {
  return new RegExp(
    announcedNames(instances)
      .map((name) => `^${name}=(?<${name.toLowerCase()}>.*)\\n`)
      .join(''),
    'm',
  )
}
