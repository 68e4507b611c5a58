import { PortRegistry, type PortRegistryOptions } from '@iris-devtester/core/ports'
import { style } from '../output/style.ts'
import type { CommandContext } from '../program/command-definition.ts'

/** Which registry the command line means, and where its warnings go. */
export function registryOptions({ registryPath }: Pick<CommandContext, 'registryPath'>): PortRegistryOptions {
  return {
    registryPath,
    onWarning: ({ message }) => process.stderr.write(`${style('yellow', 'warning', process.stderr)}  ${message}\n`),
  }
}

/** The registry that the command line means. */
export function openRegistry(context: Pick<CommandContext, 'registryPath'>): PortRegistry {
  return new PortRegistry(registryOptions(context))
}
