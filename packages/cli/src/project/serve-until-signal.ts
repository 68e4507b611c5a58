import { randomBytes } from 'node:crypto'
import { type HttpServing, type ServeOptions, serveHttp } from '@iris-devtester/mcp'
import { CliError } from '../program/cli-error.ts'
import type { CommandContext } from '../program/command-definition.ts'
import { firstSignal } from './first-signal.ts'
import { openRegistry } from './open-registry.ts'
import { serveAsSystemService } from './system-service.ts'

const LEAST_TOKEN = 16

/**
 * Serves over HTTP until a signal comes. The server is in the registry as long as it listens: as `mcp-server`, or, where
 * another one has that name, with its port behind it.
 *
 * @throws CliError `TOKEN_TOO_SHORT` or `NO_SYSTEM_PORT`
 */
export async function serveUntilSignal(context: CommandContext, options: ServeOptions): Promise<void> {
  const signalled = firstSignal()
  const given = process.env.IRIS_DEVTESTER_MCP_TOKEN || undefined
  if (given !== undefined && given.length < LEAST_TOKEN) throw tooShort(given.length)
  const token = given ?? randomBytes(32).toString('base64url')
  await serveAsSystemService({
    registry: openRegistry(context),
    service: 'mcp-server',
    offset: 0,
    serve: (ports) => serveHttp({ ...options, token, ports }),
    async during(serving) {
      process.stdout.write(announcement(serving, given === undefined ? token : undefined))
      await signalled
    },
  })
}

/** The token is shown only where it isn't known already. */
function announcement({ url }: HttpServing, token: string | undefined): string {
  const headers = { Authorization: `Bearer ${token ?? '<IRIS_DEVTESTER_MCP_TOKEN>'}` }
  const entry = { mcpServers: { 'iris-devtester': { type: 'http', url, headers } } }
  return `serving  ${url}  until Ctrl-C\n${JSON.stringify(entry, undefined, 2)}\n`
}

function tooShort(length: number): CliError {
  return new CliError({
    code: 'TOKEN_TOO_SHORT',
    message: `IRIS_DEVTESTER_MCP_TOKEN has ${length} characters; at least ${LEAST_TOKEN} are needed.`,
    hint: 'Unset it to have a token generated: unset IRIS_DEVTESTER_MCP_TOKEN',
    details: { length, least: LEAST_TOKEN },
  })
}
