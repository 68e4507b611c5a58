import { type ServeOptions, serveStdio } from '@iris-devtester/mcp'
import packageJson from '../../package.json' with { type: 'json' }
import type { CommandContext } from '../program/command-definition.ts'
import { EXIT } from '../program/exit-code.ts'

/**
 * Serves the commands to a coding agent, or over HTTP to several. What the tools do is loaded with the first call, so that
 * the server answers its client soon.
 */
export async function mcp(context: CommandContext, { http }: { readonly http: boolean }): Promise<number> {
  const options: ServeOptions = {
    version: packageJson.version,
    workingDirectory: context.project ?? context.workingDirectory,
    operations: async () => (await import('./mcp-operations.ts')).operationsOf(context),
    command: async () => (await import('@iris-devtester/core')).cliCommand(),
    projects: async () => (await import('../project/named-projects.ts')).namedProjects(context),
    nameOf: async (folder) => (await import('../project/open-registry.ts')).openRegistry(context).projectName(folder),
  }
  if (http) await (await import('../project/serve-until-signal.ts')).serveUntilSignal(context, options)
  else await serveStdio(options)
  return EXIT.done
}
