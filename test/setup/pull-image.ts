import { createInterface } from 'node:readline'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'

/** A pull that says nothing for this long is given up, in ms: a registry that can't be reached may never refuse. */
const silenceMs = 30_000
const reportEveryMs = 5_000

interface Progress {
  readonly id?: string
  readonly status?: string
  readonly error?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

/**
 * Pulls an image and reports how far it is every few seconds.
 *
 * @param report gets lines such as `12 of 48 MB`
 * @throws Error with the engine's own words, or when nothing was heard for half a minute
 */
export async function pullImage(engine: EngineClient, image: string, report: (line: string) => void): Promise<void> {
  const abort = new AbortController()
  const timer = setTimeout(() => abort.abort(), silenceMs)
  const layers = new Map<string, { current: number; total: number }>()
  let reported = Date.now()
  try {
    const answer = await engine.open('/images/create', {
      method: 'POST',
      query: imageQuery(image),
      timeoutMs: 0,
      signal: abort.signal,
    })
    for await (const line of createInterface(answer)) {
      timer.refresh()
      const progress = JSON.parse(line) as Progress
      if (progress.error) throw new Error(progress.error)
      const { current, total } = progress.progressDetail ?? {}
      if (progress.id && current !== undefined && total) layers.set(progress.id, { current, total })
      if (Date.now() - reported > reportEveryMs) {
        reported = Date.now()
        report(summary([...layers.values()]))
      }
    }
  } catch (error) {
    if (abort.signal.aborted) throw new Error(`the registry said nothing for ${silenceMs / 1_000} s`)
    throw error
  } finally {
    clearTimeout(timer)
  }
}

/** The engine wants name and tag apart; without a tag it would pull all of them. */
export function imageQuery(image: string): { fromImage: string; tag?: string } {
  if (image.includes('@')) return { fromImage: image }
  const [, name = image, tag = 'latest'] = /^(.*?)(?::([^:/]+))?$/.exec(image) ?? []
  return { fromImage: name, tag }
}

function summary(layers: readonly { current: number; total: number }[]): string {
  const megabytes = (part: 'current' | 'total') => Math.round(layers.reduce((sum, one) => sum + one[part], 0) / 1e6)
  return layers.length === 0 ? 'waiting for the registry' : `${megabytes('current')} of ${megabytes('total')} MB`
}
