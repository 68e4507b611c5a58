import { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import { IrisConnectionError } from './connection-error.ts'

/** Names the process that holds the run's IRIS: a local socket, or on Windows a named pipe. */
const HOLDER_VARIABLE = 'IRIS_DEVTESTER_HOLDER'

/**
 * Asks the process that holds the run's IRIS for what takes a hold on it.
 *
 * @param words of the question.
 * @throws IrisDevtesterError what doing it has failed with.
 */
export async function askHolder(address: string, ...words: readonly string[]): Promise<string> {
  const { request } = await import('node:http')
  const path = `/${words.map(encodeURIComponent).join('/')}`
  const { status, text } = await new Promise<{ status: number | undefined; text: string }>((resolve, reject) => {
    const client = request({ socketPath: address, path, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    client.on('error', reject)
    client.end()
  })
  if (status === 200) return JSON.parse(text) as string
  throw new IrisDevtesterError(JSON.parse(text) as ErrorParts)
}

/**
 * Where the holder is, for a transaction, which takes a session in the container.
 *
 * @throws IrisConnectionError `SQL_TRANSACTION_UNSUPPORTED`
 */
export function sessionHolder(namespace: string): string {
  const address = process.env[HOLDER_VARIABLE]
  if (address) return address
  throw new IrisConnectionError({
    code: 'SQL_TRANSACTION_UNSUPPORTED',
    message: `A transaction in ${namespace} needs a session in the run's container, and this process has no address of the process that holds it. Over HTTP, each statement is its own transaction.`,
    hint: [
      'Call it in a test of Vitest, or of Jest with the global set-up.',
      'In a script, use the connection of what acquireIris() returns.',
      'Elsewhere, use a driver, whose connection is one session.',
    ].join('\n'),
    details: { namespace },
  })
}

/**
 * Where the holder is that the environment names.
 *
 * @throws IrisConnectionError `SNAPSHOT_UNSUPPORTED`
 */
export function holderAddress(namespace: string): string {
  const address = process.env[HOLDER_VARIABLE]
  if (address) return address
  throw new IrisConnectionError({
    code: 'SNAPSHOT_UNSUPPORTED',
    message: `The namespace ${namespace} can't be copied: only the process that holds the run's container can do it, and this process has no address of it.`,
    hint: 'Call it in a test of Vitest, or of Jest with the global set-up.\nIn a script, call snapshot() and restore() of what acquireIris() returns.',
    details: { namespace },
  })
}
