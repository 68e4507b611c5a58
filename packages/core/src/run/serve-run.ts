import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import type { AcquiredIris } from '../lease/index.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'

/** Where the workers of a run ask for what takes a hold on its IRIS. */
export interface RunServer {
  /** A local socket, or on Windows a named pipe. */
  readonly address: string
  /** Answers nobody any more. */
  close(): Promise<void>
}

/**
 * Serves a run's workers, which are processes or threads of their own: the namespaces of test files, snapshots.
 *
 * @param irises by the names of the run's instances; the only one as `''`.
 */
export async function serveRun(irises: Readonly<Record<string, AcquiredIris>>): Promise<RunServer> {
  // A folder of our own is one that nobody else can open.
  const folder = process.platform === 'win32' ? undefined : mkdtempSync(join(temporaryFolder(), 'iris-devtester-'))
  const address = folder === undefined ? `\\\\.\\pipe\\iris-devtester-${randomUUID()}` : join(folder, 'run.sock')
  const server = createServer((request, response) => {
    const words = (request.url ?? '').slice(1).split('/').map(decodeURIComponent)
    answer(irises, words).then(
      (text) => response.end(JSON.stringify(text)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify(plainError(error))),
    )
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(address, resolve))
  server.unref()
  return {
    address,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
      if (folder !== undefined) rmSync(folder, { recursive: true, force: true })
    },
  }
}

async function answer(
  irises: Readonly<Record<string, AcquiredIris>>,
  [question, ...words]: readonly string[],
): Promise<string> {
  if (question === 'take') {
    const [instance = '', worker = ''] = words
    const iris = irises[instance]
    // Of several instances, one may be kept apart in another way.
    if (iris) return iris.files ? await iris.files.take(worker) : iris.connectionFor(Number(worker)).namespace
  }
  if (question === 'snapshot' || question === 'restore') {
    const [port = '', namespace = '', name = ''] = words
    const iris = Object.values(irises).find(({ connection }) => connection.port === Number(port))
    if (iris) {
      await iris[question](name, namespace)
      return name
    }
  }
  if (question === 'keep') {
    const [port = '', namespace = '', test] = words
    const iris = Object.values(irises).find(({ connection }) => connection.port === Number(port))
    if (iris) return (await iris.keepCopy(namespace, test)).text
  }
  throw new Error(`The process that holds the run's IRIS has no answer to ${question}.`)
}

function plainError(error: unknown): Record<string, unknown> {
  if (!(error instanceof IrisDevtesterError)) return { code: 'NAMESPACE_FAILED', message: String(error) }
  const { code, summary, hint, details } = error
  return { code, message: summary, hint, details }
}
