import {
  type ContainerAccess,
  cliCommand,
  findEngine,
  findProjectContainer,
  type ProjectContainer,
} from '@iris-devtester/core'
import { projectName } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { openRegistry } from './open-registry.ts'
import { projectNameOf } from './project-path.ts'

/** The engine and the registry. */
export async function accessContainers(context: CommandContext): Promise<ContainerAccess> {
  return { engine: await findEngine(), registry: openRegistry(context) }
}

/** The project's container and the way to it. */
export interface FoundContainer {
  readonly access: ContainerAccess
  readonly container: ProjectContainer
}

/** @throws CliError `CONTAINER_NOT_FOUND` */
export async function requireContainer(context: CommandContext): Promise<FoundContainer> {
  const access = await accessContainers(context)
  const projectPath = await projectNameOf(context)
  const container = await findProjectContainer(access, projectPath)
  if (container) return { access, container }
  throw new CliError({
    code: 'CONTAINER_NOT_FOUND',
    message: `The project ${projectName(projectPath)} has no container.`,
    hint: `Start it: ${cliCommand()} up\nFor another project: --project <path>\nList all containers: ${cliCommand()} list`,
    details: { projectPath },
  })
}

/** @throws CliError `CONTAINER_NOT_FOUND` when there is none or it doesn't run. */
export async function requireRunning(context: CommandContext): Promise<FoundContainer> {
  const found = await requireContainer(context)
  const { name, state, projectPath } = found.container
  if (state === 'running') return found
  throw new CliError({
    code: 'CONTAINER_NOT_FOUND',
    message: `The container ${name} of ${projectName(projectPath)} is not running: its state is ${state}.`,
    hint: `Start it: ${cliCommand()} up`,
    details: { projectPath, name, state },
  })
}
