import {
  connectionTo,
  environmentOf,
  fromEnvironment,
  type IrisConnectionInfo,
  type IrisCredentials,
  namesIris,
} from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import { type FoundContainer, requireRunning } from './container-access.ts'

/** What `--namespace`, `--username` and `--password` gave. */
export type GivenCredentials = { readonly [Key in keyof IrisCredentials]-?: string | undefined }

/** Where the project's IRIS is, and the container behind it if there is one. */
export interface ServerConnection {
  readonly info: IrisConnectionInfo
  readonly found: FoundContainer | undefined
}

/**
 * The IRIS that the environment names, else the project's running container.
 *
 * @throws CliError `CONTAINER_NOT_FOUND`
 */
export async function serverConnection(context: CommandContext, given: GivenCredentials): Promise<ServerConnection> {
  const { instance } = context
  const env = instance === undefined ? process.env : environmentOf(process.env, instance)
  if (namesIris(env) && (context.project === undefined || !context.namesProject)) {
    const { namespace, username, password } = given
    const parts = { IRIS_NAMESPACE: namespace, IRIS_USERNAME: username, IRIS_PASSWORD: password }
    const overrides = Object.fromEntries(Object.entries(parts).filter(([, value]) => value !== undefined))
    return { info: fromEnvironment({ ...env, ...overrides }), found: undefined }
  }
  const found = await requireRunning(context)
  return { info: await connectionTo(found.access, found.container, given), found }
}
