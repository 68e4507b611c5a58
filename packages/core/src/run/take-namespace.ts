import { request } from 'node:http'
import { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/**
 * Takes the namespace of a worker's next test file from the process that holds the run's IRIS; it may have to be made first.
 *
 * @param address of the {@link serveNamespaces} of the run.
 * @param worker the worker's own name among those of the run.
 * @param instance which of the run's instances of IRIS; `''` where there is one.
 * @throws IrisDevtesterError what making or loading it has failed with.
 */
export async function takeNamespace(address: string, worker: string, instance = ''): Promise<string> {
  const path = `/${encodeURIComponent(instance)}/${encodeURIComponent(worker)}`
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
