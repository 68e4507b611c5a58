import { pathToFileURL } from 'node:url'
import { Client } from '@modelcontextprotocol/sdk/client/index.js'
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js'
import { StreamableHTTPClientTransport } from '@modelcontextprotocol/sdk/client/streamableHttp.js'
import { ListRootsRequestSchema } from '@modelcontextprotocol/sdk/types.js'
import { type CommandLine, PROGRAM } from '../cli/command-line.ts'

/** A coding agent: the SDK's own client, with the built program as its server in a child process. */
export class Agent implements AsyncDisposable {
  readonly client: Client
  readonly #transport: StdioClientTransport | undefined

  private constructor(client: Client, transport?: StdioClientTransport) {
    this.client = client
    this.#transport = transport
  }

  /** @param roots folders that the client offers; `undefined` for a client that knows no roots. */
  static async start({ folder, env }: CommandLine, roots?: readonly string[]): Promise<Agent> {
    const client = clientWith(roots)
    const transport = new StdioClientTransport({
      command: process.execPath,
      args: [PROGRAM, 'mcp'],
      cwd: folder,
      env: Object.fromEntries(Object.entries(env).filter((one): one is [string, string] => one[1] !== undefined)),
      stderr: 'ignore',
    })
    await client.connect(transport)
    return new Agent(client, transport)
  }

  /** An agent of a server that listens already. */
  static async connect({ url, token }: ServerAddress, roots?: readonly string[]): Promise<Agent> {
    const client = clientWith(roots)
    const headers = { Authorization: `Bearer ${token}` }
    const transport = new StreamableHTTPClientTransport(new URL(url), { requestInit: { headers } })
    await client.connect(transport as Parameters<typeof client.connect>[0])
    return new Agent(client)
  }

  get pid(): number | null {
    return this.#transport?.pid ?? null
  }

  /** Calls a tool. */
  async call(name: string, given: Record<string, unknown> = {}) {
    const answer = await this.client.callTool({ name, arguments: given }, undefined, { timeout: 300_000 })
    return {
      isError: answer.isError === true,
      // biome-ignore lint/suspicious/noExplicitAny: what the tests look at is what they test.
      value: answer.structuredContent as any,
      text: JSON.stringify(answer),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.client.close()
  }
}

/** Where a server over HTTP is, and what it wants to be told. */
export interface ServerAddress {
  readonly url: string
  readonly token: string
}

function clientWith(roots: readonly string[] | undefined): Client {
  const client = new Client({ name: 'test', version: '1.0.0' }, { capabilities: roots ? { roots: {} } : {} })
  if (roots) {
    client.setRequestHandler(ListRootsRequestSchema, () => ({
      roots: roots.map((one) => ({ uri: pathToFileURL(one).href })),
    }))
  }
  return client
}
