import { once } from 'node:events'
import { createServer, request, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { ServerAddress } from './agent.ts'

/** Passes requests on with the token, for a client that can't be told one. Everything else stays as it is. */
export class TokenRelay implements AsyncDisposable {
  readonly #server: Server

  private constructor(server: Server) {
    this.#server = server
  }

  static async start({ url, token }: ServerAddress): Promise<TokenRelay> {
    const { port } = new URL(url)
    const server = createServer((from, back) => {
      const asSeenThere = (value?: string) => value?.replace(`:${(server.address() as AddressInfo).port}`, `:${port}`)
      const { host, origin } = from.headers
      const headers = { ...from.headers, host: asSeenThere(host), authorization: `Bearer ${token}` }
      const given = origin === undefined ? headers : { ...headers, origin: asSeenThere(origin) }
      const to = request({ host: '127.0.0.1', port, path: from.url, method: from.method, headers: given }, (answer) => {
        back.writeHead(answer.statusCode ?? 502, answer.headers)
        // A stream that has nothing to say yet has begun all the same.
        back.flushHeaders()
        answer.pipe(back)
      })
      to.once('error', () => back.destroy())
      back.once('close', () => to.destroy())
      from.pipe(to)
    }).listen(0, '127.0.0.1')
    await once(server, 'listening')
    return new TokenRelay(server)
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/mcp`
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    this.#server.close()
  }
}
