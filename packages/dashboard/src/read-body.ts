import type { IncomingMessage } from 'node:http'
import { DashboardRefusal } from './dashboard-refusal.ts'

/** The longest body, in bytes: a statement of SQL, above all. */
const MAX_BYTES = 100_000

/** The body's values that are texts. @throws DashboardRefusal for what isn't a JSON object, or is too long */
export async function readBody(request: IncomingMessage): Promise<Readonly<Record<string, string | undefined>>> {
  if (request.headers['content-type'] !== 'application/json') throw unreadable('The body must be JSON.', 415)
  const chunks: Buffer[] = []
  let bytes = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    bytes += chunk.length
    // Read to its end all the same: who is still writing would not read the answer.
    if (bytes <= MAX_BYTES) chunks.push(chunk)
  }
  if (bytes > MAX_BYTES) throw unreadable('The body is too long.', 413)
  let value: unknown
  try {
    value = JSON.parse(Buffer.concat(chunks).toString('utf8'))
  } catch {
    // Where it is wrong helps nobody: the page writes it.
    throw unreadable('The body is no JSON.', 400)
  }
  if (typeof value !== 'object' || value === null) throw unreadable('The body is no object.', 400)
  return Object.fromEntries(Object.entries(value).filter(([, one]) => typeof one === 'string'))
}

function unreadable(message: string, status: number): DashboardRefusal {
  return new DashboardRefusal('BODY_UNREADABLE', message, status)
}
