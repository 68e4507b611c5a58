import { ensureImage } from '../../packages/core/src/container/pull-image.ts'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'

/**
 * How long the first bytes may take, in ms: a registry out of reach may never refuse. Later silence means nothing, since
 * unpacking a layer is silent too.
 */
const PATIENCE_MS = 30_000
const REPORT_EVERY_MS = 5_000

/**
 * Pulls an image as the product does, with two things a set-up needs: it says how far it is every few seconds, and it gives
 * up when nothing has arrived after half a minute.
 *
 * @param report gets lines such as `12 of 48 MB`
 * @throws what the product's pull throws, or Error after half a minute with nothing
 */
export async function pullImage(engine: EngineClient, image: string, report: (line: string) => void): Promise<void> {
  const abort = new AbortController()
  const nothing = new Error(`nothing has arrived from the registry in ${PATIENCE_MS / 1_000} s`)
  const timer = setTimeout(() => abort.abort(nothing), PATIENCE_MS)
  let reported = Date.now()
  try {
    await ensureImage(engine, image, {
      signal: abort.signal,
      onProgress: ({ receivedBytes, totalBytes }) => {
        clearTimeout(timer)
        if (Date.now() - reported < REPORT_EVERY_MS) return
        reported = Date.now()
        report(`${Math.round(receivedBytes / 1e6)} of ${Math.round(totalBytes / 1e6)} MB`)
      },
    })
  } finally {
    clearTimeout(timer)
  }
}
