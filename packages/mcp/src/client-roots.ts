import { fileURLToPath } from 'node:url'
import type { McpServer } from '@modelcontextprotocol/sdk/server/mcp.js'
import type { RequestHandlerExtra } from '@modelcontextprotocol/sdk/shared/protocol.js'
import { ListRootsResultSchema, type ServerNotification, type ServerRequest } from '@modelcontextprotocol/sdk/types.js'
import { McpRefusal } from './refusal-error.ts'

/** What the SDK tells of a request. */
export type Extra = RequestHandlerExtra<ServerRequest, ServerNotification>

/**
 * The folders that a client may use. They are asked for at each call, because a client may change them.
 *
 * @param workingDirectory the only one for a client that offers no roots
 * @throws McpRefusal `OUTSIDE_ROOTS` when the client offers none of them
 */
export async function rootsOf(
  { server }: McpServer,
  { sendRequest }: Pick<Extra, 'sendRequest'>,
  workingDirectory: string,
): Promise<readonly string[]> {
  if (!server.getClientCapabilities()?.roots) return [workingDirectory]
  // As part of the call, so that it goes over the call's own stream where there are several.
  const { roots } = await sendRequest({ method: 'roots/list' }, ListRootsResultSchema)
  const folders = roots.filter(({ uri }) => uri.startsWith('file:')).map(({ uri }) => fileURLToPath(uri))
  if (folders.length > 0) return folders
  throw new McpRefusal('OUTSIDE_ROOTS', 'The client offers no folder as a root, so no project may be used.', {})
}
