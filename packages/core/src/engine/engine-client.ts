import { pollUntil } from '../timing/poll-until.ts'
import type {
  ContainerEvent,
  ContainerInspection,
  ContainerStats,
  ContainerSummary,
  ImageInspection,
  NetworkSummary,
} from './engine-answers.ts'
import { EngineError } from './engine-error.ts'
import { EngineTransport } from './engine-transport.ts'
import { readJsonLines } from './json-lines.ts'
import { readFrames } from './stream-frames.ts'

const REMOVAL_POLL_MS = 20
/** What changes whether a container is there, runs, and has which name and ports. */
const LIFE_EVENTS = 'create start die stop destroy pause unpause rename restart oom'.split(' ')

/** The outcome of a command run inside a container. */
export interface ExecOutcome {
  /** The command's exit code. */
  readonly exitCode: number
  /** All it wrote to standard output. */
  readonly stdout: string
  /** All it wrote to standard error. */
  readonly stderr: string
}

/**
 * The few calls of the Docker Engine API that this product needs, over plain HTTP. It loads in a few milliseconds where a
 * full client takes hundreds, so that attaching to a warm container, probing ports and the reaper stay cheap.
 *
 * @see https://docs.docker.com/reference/api/engine/version/v1.41/
 */
export class EngineClient extends EngineTransport {
  /**
   * Asks whether the engine answers.
   *
   * @throws EngineError when it doesn't.
   */
  async ping(signal?: AbortSignal): Promise<void> {
    await this.text('/_ping', { signal })
  }

  /** All containers, stopped ones too unless `all` is false, that carry each of `labels` (`name` or `name=value`). */
  listContainers(
    options: { all?: boolean; labels?: readonly string[]; timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ContainerSummary[]> {
    const filters = options.labels ? JSON.stringify({ label: options.labels }) : undefined
    return this.call('/containers/json', {
      query: { all: options.all ?? true, filters },
      timeoutMs: options.timeoutMs,
      signal: options.signal,
    })
  }

  /** The container with this id or name; `undefined` when there is none. */
  inspectContainer(
    id: string,
    options: { timeoutMs?: number; signal?: AbortSignal } = {},
  ): Promise<ContainerInspection | undefined> {
    return this.#unlessMissing(this.call<ContainerInspection>(`/containers/${encodeURIComponent(id)}/json`, options))
  }

  /** The image with this name or id; `undefined` when the engine doesn't have it. */
  inspectImage(name: string): Promise<ImageInspection | undefined> {
    return this.#unlessMissing(this.call<ImageInspection>(`/images/${name}/json`, {}))
  }

  /** Starts a created or stopped container; `timeoutMs`, by default 60,000 ms, is how long the engine may take. */
  async startContainer(id: string, { timeoutMs = 60_000 }: { timeoutMs?: number } = {}): Promise<void> {
    await this.text(`/containers/${id}/start`, { method: 'POST', timeoutMs })
  }

  /** Lets a paused container go on. */
  async unpauseContainer(id: string): Promise<void> {
    await this.text(`/containers/${id}/unpause`, { method: 'POST' })
  }

  /** Asks the container to stop and kills it after `graceSeconds`. One that is stopped or gone is fine. */
  async stopContainer(id: string, graceSeconds: number): Promise<void> {
    const timeoutMs = (graceSeconds + 15) * 1_000
    await this.#unlessMissing(
      this.text(`/containers/${id}/stop`, { method: 'POST', query: { t: graceSeconds }, timeoutMs }),
    )
  }

  /** Stops and starts the container again; it is killed after `graceSeconds`. */
  async restartContainer(id: string, graceSeconds: number): Promise<void> {
    const timeoutMs = (graceSeconds + 60) * 1_000
    await this.text(`/containers/${id}/restart`, { method: 'POST', query: { t: graceSeconds }, timeoutMs })
  }

  /** Gives the container another name. */
  async renameContainer(id: string, name: string): Promise<void> {
    await this.text(`/containers/${id}/rename`, { method: 'POST', query: { name } })
  }

  /** Unpacks a tar archive at the container's root folder. */
  async putArchive(id: string, archive: Uint8Array): Promise<void> {
    await this.text(`/containers/${id}/archive`, { method: 'PUT', query: { path: '/' }, payload: archive })
  }

  /** A path of the container as a tar archive; `undefined` when there is no such path or container. */
  getArchive(id: string, path: string): Promise<Buffer | undefined> {
    return this.#unlessMissing(collect(this.stream(`/containers/${id}/archive`, { query: { path } })))
  }

  /** The networks that carry each of `labels` (`name=value`), the oldest first: the engine lets several have one name. */
  async listNetworks({ labels }: { readonly labels: readonly string[] }): Promise<NetworkSummary[]> {
    const found = await this.call<NetworkSummary[]>('/networks', {
      query: { filters: JSON.stringify({ label: labels }) },
    })
    return found.sort((one, other) => (one.Created < other.Created ? -1 : 1))
  }

  /** Makes a network that containers reach each other in by name. @returns its id */
  async createNetwork(name: string, labels: Readonly<Record<string, string>>): Promise<string> {
    const { Id } = await this.call<{ Id: string }>('/networks/create', {
      method: 'POST',
      body: { Name: name, Labels: labels },
    })
    return Id
  }

  /** Puts the container into the network under further names. One that is in it already is fine. */
  async connectNetwork(network: string, id: string, aliases: readonly string[]): Promise<void> {
    const body = { Container: id, EndpointConfig: { Aliases: aliases } }
    try {
      await this.text(`/networks/${network}/connect`, { method: 'POST', body })
    } catch (error) {
      // In Docker's words, and in Podman's.
      const isIn = error instanceof EngineError && /already (exists|connected)/.test(String(error.details.reason))
      if (!isIn) throw error
    }
  }

  /** Removes the network; `false` where running containers are in it. One that is gone is fine. */
  async removeNetwork(id: string): Promise<boolean> {
    try {
      await this.#unlessMissing(this.text(`/networks/${id}`, { method: 'DELETE' }))
      return true
    } catch (error) {
      if (error instanceof EngineError && error.status === 403) return false
      throw error
    }
  }

  /** Kills and removes the container with its anonymous volumes, and waits until it is gone. One that is gone is fine. */
  async removeContainer(id: string, { timeoutMs = 60_000 }: { timeoutMs?: number } = {}): Promise<void> {
    const path = `/containers/${encodeURIComponent(id)}`
    const deadline = performance.now() + timeoutMs
    const remove = async () => {
      try {
        await this.text(path, { method: 'DELETE', query: { force: true, v: true }, timeoutMs })
        return true
      } catch (error) {
        if (!(error instanceof EngineError)) throw error
        if (error.status === 404) return true
        // 409: somebody else's removal is under way, which may fail yet. Until it has ended, name and ports aren't free.
        if (error.status !== 409 || performance.now() > deadline) throw error
        return undefined
      }
    }
    await pollUntil(remove, { intervalMs: REMOVAL_POLL_MS })
  }

  /** The container's output, standard output and error in order, as text. `since` is in Unix seconds, fractions allowed. */
  async logs(
    id: string,
    { tail, since, timeoutMs }: { tail?: number; since?: number; timeoutMs?: number } = {},
  ): Promise<string> {
    const chunks = this.stream(`/containers/${id}/logs`, {
      query: { stdout: true, stderr: true, tail: tail ?? 'all', since },
      timeoutMs,
      ...(timeoutMs === undefined ? {} : { idleMs: timeoutMs }),
    })
    let text = ''
    for await (const frame of readFrames(chunks)) text += frame.text
    return text
  }

  /**
   * The container's output line by line as it comes, from `since` (Unix seconds) or the last `tail` lines on, until it
   * ends or `signal` aborts.
   */
  async *followLogs(
    id: string,
    { since, tail, signal }: { since?: number; tail?: number | undefined; signal?: AbortSignal } = {},
  ): AsyncGenerator<string> {
    const chunks = this.stream(`/containers/${id}/logs`, {
      query: { stdout: true, stderr: true, follow: true, since, tail },
      signal,
    })
    let rest = ''
    for await (const frame of readFrames(chunks)) {
      const lines = (rest + frame.text).split('\n')
      rest = lines.pop() ?? ''
      for (const line of lines) yield line.replace(/\r$/, '')
    }
    if (rest) yield rest
  }

  /**
   * What happens to containers from now on, until `signal` aborts. Once this has resolved, the engine watches.
   *
   * @throws EngineError when the engine doesn't answer, or goes away meanwhile
   */
  async watchContainers(signal: AbortSignal): Promise<AsyncGenerator<ContainerEvent>> {
    const filters = JSON.stringify({ type: ['container'], event: LIFE_EVENTS })
    return readJsonLines<ContainerEvent>(await this.body('/events', { query: { filters }, signal }))
  }

  /** What the container uses, about once a second, until it ends or `signal` aborts. */
  async *followStats(id: string, signal: AbortSignal): AsyncGenerator<ContainerStats> {
    yield* readJsonLines<ContainerStats>(this.stream(`/containers/${id}/stats`, { query: { stream: true }, signal }))
  }

  /** Runs a command in the container, `stdin` given to it whole, and waits for its end. */
  async exec(
    id: string,
    command: readonly string[],
    options: { stdin?: string; env?: readonly string[]; user?: string; timeoutMs?: number } = {},
  ): Promise<ExecOutcome> {
    const { Id } = await this.call<{ Id: string }>(`/containers/${id}/exec`, {
      method: 'POST',
      body: {
        Cmd: command,
        AttachStdin: options.stdin !== undefined,
        AttachStdout: true,
        AttachStderr: true,
        Env: options.env,
        User: options.user,
      },
    })
    const socket = await this.hijack(`/exec/${Id}/start`, { Detach: false, Tty: false })
    const timeoutMs = options.timeoutMs ?? 60_000
    const timer = setTimeout(() => socket.destroy(this.timedOut(`exec in ${id}`, timeoutMs)), timeoutMs)
    try {
      if (options.stdin !== undefined) socket.end(options.stdin)
      const output = { stdout: '', stderr: '' }
      for await (const frame of readFrames(socket)) output[frame.stream] += frame.text
      const { ExitCode } = await this.call<{ ExitCode: number | null }>(`/exec/${Id}/json`, {})
      return { exitCode: ExitCode ?? -1, ...output }
    } finally {
      clearTimeout(timer)
      socket.destroy()
    }
  }

  async #unlessMissing<T>(answer: Promise<T>): Promise<T | undefined> {
    try {
      return await answer
    } catch (error) {
      if (error instanceof EngineError && error.status === 404) return undefined
      throw error
    }
  }
}

async function collect(chunks: AsyncIterable<Buffer>): Promise<Buffer> {
  const all: Buffer[] = []
  for await (const chunk of chunks) all.push(chunk)
  return Buffer.concat(all)
}
