import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import type { AcquiredIris } from '../lease/index.ts'

/** Where the workers of a run ask for the namespaces of their test files. */
export interface NamespaceServer {
  /** A local socket, or on Windows a named pipe. */
  readonly address: string
  /** Answers nobody any more. */
  close(): Promise<void>
}

/**
 * Serves the namespaces of test files to a run's workers, which are processes or threads of their own.
 *
 * @param irises by the names of the run's instances; the only one as `''`.
 */
export async function serveNamespaces(irises: Readonly<Record<string, AcquiredIris>>): Promise<NamespaceServer> {
  // A folder of our own is one that nobody else can open.
  const folder = process.platform === 'win32' ? undefined : mkdtempSync(join(tmpdir(), 'iris-devtester-'))
  const address = folder === undefined ? `\\\\.\\pipe\\iris-devtester-${randomUUID()}` : join(folder, 'namespaces.sock')
  const server = createServer((request, response) => {
    const [, instance = '', worker = ''] = (request.url ?? '').split('/').map(decodeURIComponent)
    answer(irises[instance], worker).then(
      (namespace) => response.end(JSON.stringify(namespace)),
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

async function answer(iris: AcquiredIris | undefined, worker: string): Promise<string> {
  if (iris?.files) return await iris.files.take(worker)
  throw new Error('This IRIS has no namespaces for test files.')
}

function plainError(error: unknown): Record<string, unknown> {
  if (!(error instanceof IrisDevtesterError)) return { code: 'NAMESPACE_FAILED', message: String(error) }
  const { code, summary, hint, details } = error
  return { code, message: summary, hint, details }
}
