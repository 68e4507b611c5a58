import { type IrisConnectionInfo, toEnvironment } from '../connection/connection-info.ts'

/** The variables that a run's host announces when its IRIS is up, in this order. */
export const ANNOUNCED = [
  'IRIS_HOST',
  'IRIS_PORT',
  'IRIS_WEB_PORT',
  'IRIS_NAMESPACE',
  'IRIS_USERNAME',
  'IRIS_PASSWORD',
  'IRIS_URL',
  'IRIS_DEVTESTER_NAMESPACES',
] as const

/** The announcement: a variable a line. */
export function announcement(info: IrisConnectionInfo, namespaces: readonly string[]): string {
  const values: Record<string, string> = { ...toEnvironment(info), IRIS_DEVTESTER_NAMESPACES: namespaces.join() }
  return ANNOUNCED.map((name) => `${name}=${values[name]}\n`).join('')
}

/** Matches the whole announcement; each variable is a group, named in lower case. */
export function announcedPattern(): RegExp {
  return new RegExp(ANNOUNCED.map((name) => `^${name}=(?<${name.toLowerCase()}>.*)\\n`).join(''), 'm')
}
