import { toEnvironment } from '@iris-devtester/core'
import type { CommandContext } from '../program/command-definition.ts'
import type { Report } from '../program/report.ts'
import { type EnvironmentForm, formatEnvironment } from '../project/format-environment.ts'
import { type GivenCredentials, serverConnection } from '../project/server-connection.ts'

/** Prints the variables. */
export async function env(
  context: CommandContext,
  { format, ...given }: GivenCredentials & { readonly format: EnvironmentForm },
): Promise<Report> {
  const { info } = await serverConnection(context, given)
  const variables = toEnvironment(info)
  return { json: variables, text: formatEnvironment(variables, format) }
}
