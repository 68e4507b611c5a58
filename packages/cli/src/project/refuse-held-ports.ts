import { cliCommand, findProjectContainer } from '@iris-devtester/core'
import type { PortAssignment } from '@iris-devtester/core/ports'
import { projectName } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { accessContainers } from './container-access.ts'

/**
 * Refuses to release ports that the project's container goes on holding: nobody else could use them.
 *
 * @throws CliError `PORT_HELD`
 * @throws EngineError when ports of IRIS are among them and the engine can't be asked.
 */
export async function refuseHeldPorts(
  context: CommandContext,
  projectPath: string,
  assignments: readonly PortAssignment[],
): Promise<void> {
  if (!assignments.some(({ service }) => service === 'iris' || service === 'iris-web')) return
  const container = await findProjectContainer(await accessContainers(context), projectPath)
  const held = assignments.filter(({ port }) => port === container?.port || port === container?.webPort)
  if (!container || held.length === 0) return
  const { name } = container
  throw new CliError({
    code: 'PORT_HELD',
    message: `The ports are not released: the container ${name} of ${projectName(projectPath)} holds ${held.map(({ port }) => port).join(' and ')}.`,
    hint: `End the container with all its data to free its ports: ${cliCommand()} down\nOr release the ports anyway: --force`,
    details: { projectPath, name, ports: held.map(({ port }) => port) },
  })
}
