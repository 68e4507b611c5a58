import { resolve } from 'node:path'
import { normaliseProjectPath } from '@iris-devtester/core/ports'
import type { CommandContext } from '../program/command-context.ts'

/** The project a command is about: the one its argument names, else the one the whole command line does. */
export function projectPathOf(context: Pick<CommandContext, 'projectPath'>, argument?: string): string {
  return normaliseProjectPath(argument === undefined ? context.projectPath : resolve(argument))
}
