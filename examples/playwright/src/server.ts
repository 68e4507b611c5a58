import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { appointments, book, createSchema } from './appointments.ts'
import { page } from './page.ts'

await createSchema()
createServer((request, response) => {
  respond(request, response).catch((error: Error) => response.writeHead(500).end(error.message))
}).listen(Number(process.env.PORT ?? 3000))

async function respond(request: IncomingMessage, response: ServerResponse): Promise<void> {
  switch (`${request.method} ${request.url}`) {
    case 'GET /':
      response.writeHead(200, { 'content-type': 'text/html; charset=utf-8' }).end(page(await appointments()))
      return
    case 'POST /appointments': {
      const form = new URLSearchParams(await text(request))
      await book({ patient: form.get('patient') ?? '', reason: form.get('reason') ?? '' })
      response.writeHead(303, { location: '/' }).end()
      return
    }
    default:
      response.writeHead(404).end()
  }
}
