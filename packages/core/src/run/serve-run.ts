import { randomUUID } from 'node:crypto'
import { rmSync } from 'node:fs'
import { createServer, type IncomingMessage } from 'node:http'
import { dirname } from 'node:path'
import type { Duplex } from 'node:stream'
import { debugLog } from '../debug/debug-log.ts'
import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import type { AcquiredIris } from '../lease/index.ts'
import { serveSession } from './serve-session.ts'
import { newSocketPath, removeLeftSocketFolders } from './socket-folder.ts'

const debug = debugLog('lease')

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
  const isPipe = process.platform === 'win32'
  const address = isPipe ? `\\\\.\\pipe\\iris-devtester-${randomUUID()}` : newSocketPath()
  // Nothing waits for it: it is about runs that have ended.
  if (!isPipe) removeLeftSocketFolders().catch((error) => debug.swallowed('remove what killed runs left', error))
  const server = createServer((request, response) => {
    answer(irises, wordsOf(request)).then(
      (text) => response.end(JSON.stringify(text)),
      (error: unknown) => response.writeHead(500).end(JSON.stringify(plainError(error))),
    )
  })
  const sessions = new Set<Duplex>()
  server.on('upgrade', (request, socket) => {
    sessions.add(socket.once('close', () => sessions.delete(socket)))
    const [question, port, namespace = ''] = wordsOf(request)
    const open = async () => irisAt(irises, question === 'session' ? port : undefined).openSession(namespace)
    void serveSession(open, socket, (error) => JSON.stringify(plainError(error)))
  })
  await new Promise<void>((resolve, reject) => server.once('error', reject).listen(address, resolve))
  server.unref()
  return {
    address,
    close: async () => {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      for (const socket of sessions) socket.destroy()
      await closed
      if (!isPipe) rmSync(dirname(address), { recursive: true, force: true })
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
    const [port, namespace = '', name = ''] = words
    await irisAt(irises, port)[question](name, namespace)
    return name
  }
  if (question === 'keep') {
    const [port, namespace = '', test] = words
    return (await irisAt(irises, port).keepCopy(namespace, test)).text
  }
  throw new Error(`The process that holds the run's IRIS has no answer to ${question}.`)
}

function wordsOf({ url = '' }: IncomingMessage): string[] {
  return url.slice(1).split('/').map(decodeURIComponent)
}

/** The instance with this superserver port. */
function irisAt(irises: Readonly<Record<string, AcquiredIris>>, port = ''): AcquiredIris {
  const iris = Object.values(irises).find(({ connection }) => connection.port === Number(port))
  if (iris) return iris
  throw new Error(`The process that holds the run's IRIS has none with the superserver port ${port}.`)
}

function plainError(error: unknown): Record<string, unknown> {
  if (!(error instanceof IrisDevtesterError)) return { code: 'NAMESPACE_FAILED', message: String(error) }
  const { code, summary, hint, details } = error
  return { code, message: summary, hint, details }
}
