import type { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'
import { credentialsFor, type RegistryCredentials, registryOf } from '../engine/registry-credentials.ts'
import { IrisContainerError } from './container-error.ts'

/** How far a pull is, in bytes over all layers known so far. */
export interface PullProgress {
  /** How much has come, in bytes. */
  readonly receivedBytes: number
  /** How much there is, as far as it is known yet, in bytes. */
  readonly totalBytes: number
}

/** How long a pull may say nothing before it counts as hung, in ms: a registry may be slow, and so may unpacking. */
const IDLE_TIMEOUT_MS = 300_000

export interface PullOptions {
  readonly onProgress?: ((progress: PullProgress) => void) | undefined
  readonly signal?: AbortSignal | undefined
  /** `false` only looks whether the image is there. Default `true`. */
  readonly pull?: boolean
}

interface PullEvent {
  readonly id?: string
  readonly status?: string
  readonly error?: string
  readonly progressDetail?: { readonly current?: number; readonly total?: number }
}

/**
 * Makes sure that the engine has an image, pulling it when it hasn't, with the login that `docker login` left. It has no
 * deadline: a pull takes what the network takes, and says how far it is.
 *
 * @throws IrisContainerError `IMAGE_UNAVAILABLE` with the registry's words, `IMAGE_WRONG_ARCHITECTURE`.
 */
export async function ensureImage(engine: EngineClient, image: string, options: PullOptions = {}): Promise<void> {
  if (await engine.inspectImage(image)) return
  if (options.pull === false) throw unavailable(image, new Error('pulling is turned off'))
  const credentials = await credentialsFor(image)
  try {
    const answer = engine.stream('/images/create', {
      method: 'POST',
      query: { fromImage: image, ...(hasTag(image) ? {} : { tag: 'latest' }) },
      ...(credentials ? { headers: { 'X-Registry-Auth': encodeCredentials(credentials) } } : {}),
      timeoutMs: IDLE_TIMEOUT_MS,
      idleMs: IDLE_TIMEOUT_MS,
      signal: options.signal,
    })
    await follow(answer, options.onProgress)
  } catch (error) {
    if (options.signal?.aborted) throw options.signal.reason
    if (error instanceof EngineError && error.code !== 'ENGINE_REQUEST_FAILED') throw error
    throw unavailable(image, error)
  }
  if (!(await engine.inspectImage(image))) throw unavailable(image, new Error('the pull ended without the image'))
}

async function follow(
  answer: AsyncIterable<Buffer>,
  onProgress: ((progress: PullProgress) => void) | undefined,
): Promise<void> {
  const layers = new Map<string, { current: number; total: number }>()
  let rest = ''
  for await (const chunk of answer) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    for (const line of lines) {
      const event = parse(line)
      // A pull that fails half-way still ends with status 200: the failure is a line among the others.
      if (event?.error) throw new Error(event.error)
      const { current, total } = event?.progressDetail ?? {}
      if (event?.id && event.status === 'Downloading' && current !== undefined && total !== undefined) {
        layers.set(event.id, { current, total })
        onProgress?.(sum(layers.values()))
      }
    }
  }
}

function sum(layers: Iterable<{ current: number; total: number }>): PullProgress {
  let [receivedBytes, totalBytes] = [0, 0]
  for (const { current, total } of layers) {
    receivedBytes += current
    totalBytes += total
  }
  return { receivedBytes, totalBytes }
}

function parse(line: string): PullEvent | undefined {
  try {
    return JSON.parse(line) as PullEvent
  } catch {
    // A line that isn't JSON says nothing of the progress.
    return undefined
  }
}

/** The engine takes URL-safe base64 with its padding, and silently pulls without a login when that is missing. */
function encodeCredentials(credentials: RegistryCredentials): string {
  return Buffer.from(JSON.stringify(credentials)).toString('base64').replaceAll('+', '-').replaceAll('/', '_')
}

function hasTag(image: string): boolean {
  return /[:@]/.test(image.slice(image.lastIndexOf('/') + 1))
}

function unavailable(image: string, cause: unknown): IrisContainerError {
  const reason = cause instanceof EngineError ? String(cause.details.reason) : (cause as Error).message
  const wrongArchitecture = /no matching manifest|does not match the (specified|detected) .*platform/i.test(reason)
  const denied = /denied|unauthorized|authentication required|no basic auth credentials|\b40[13]\b/i.test(reason)
  const login = `Log in to its registry: docker login ${registryOf(image)}\n`
  return new IrisContainerError({
    code: wrongArchitecture ? 'IMAGE_WRONG_ARCHITECTURE' : 'IMAGE_UNAVAILABLE',
    message: wrongArchitecture
      ? `The image ${image} does not exist for this machine's architecture: ${reason}`
      : `The image ${image} is not on this machine and can't be pulled: ${reason}`,
    hint: wrongArchitecture
      ? 'Use a multi-architecture tag such as intersystems/iris-community:latest-em.'
      : `${denied ? login : ''}See why, and pull it by hand: docker pull ${image}\nOr name another image: export IRIS_IMAGE=<image>`,
    details: { image, reason },
    cause,
  })
}
