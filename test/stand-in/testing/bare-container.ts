import { randomBytes } from 'node:crypto'
import { basename, dirname } from 'node:path'
import type { EngineClient, ExecOutcome } from '../../../packages/core/src/engine/engine-client.ts'
import { sendArchive } from '../image/send-archive.ts'
import { packTar } from '../image/tar.ts'

export interface ContainerOptions {
  readonly image: string
  readonly env?: Readonly<Record<string, string | number>>
  readonly command?: readonly string[]
  /** A merge file, with the mode it has inside. */
  readonly merge?: { readonly text: string; readonly mode: number }
  /** In bytes. */
  readonly memory?: number
}

export const MERGE_PATH = '/tmp/merge.cpf'

/** A container as its image is, on host ports that the engine chooses: nothing of the product takes part. */
export class BareContainer {
  readonly #engine: EngineClient
  readonly id: string

  private constructor(engine: EngineClient, id: string) {
    this.#engine = engine
    this.id = id
  }

  static async create(engine: EngineClient, options: ContainerOptions): Promise<BareContainer> {
    const env = Object.entries(options.env ?? {}).map(([name, value]) => `${name}=${value}`)
    if (options.merge) env.push(`ISC_CPF_MERGE_FILE=${MERGE_PATH}`)
    const anyPort = [{ HostIp: '127.0.0.1', HostPort: '' }]
    const response = await engine.open('/containers/create', {
      method: 'POST',
      query: { name: `bare-iris-${randomBytes(6).toString('hex')}` },
      body: {
        Image: options.image,
        Cmd: options.command ?? [],
        Env: env,
        HostConfig: { PortBindings: { '1972/tcp': anyPort, '52773/tcp': anyPort }, Memory: options.memory ?? 0 },
      },
    })
    const container = new BareContainer(
      engine,
      ((await response.toArray()).join('').match(/"Id":"(\w+)"/) ?? [])[1] ?? '',
    )
    if (options.merge) await container.putMergeFile(options.merge)
    return container
  }

  static async start(engine: EngineClient, options: ContainerOptions): Promise<BareContainer> {
    const container = await BareContainer.create(engine, options)
    await engine.startContainer(container.id)
    return container
  }

  /** Puts a merge file where the container looks for it at its start, and where `iris merge` can be sent: {@link MERGE_PATH}. */
  async putMergeFile({ text, mode }: { readonly text: string; readonly mode: number }): Promise<void> {
    const archive = packTar([{ path: basename(MERGE_PATH), mode, owner: 0, content: Buffer.from(text) }])
    const path = `/containers/${this.id}/archive?path=${dirname(MERGE_PATH)}`
    await sendArchive(this.#engine.endpoint, 'PUT', path, archive)
  }

  /** Waits until a line that holds `text` has come `times` times; fails when the output ends before. */
  async waitFor(text: string, times = 1): Promise<void> {
    const abort = new AbortController()
    const seen: string[] = []
    try {
      for await (const line of this.#engine.followLogs(this.id, { signal: abort.signal })) {
        seen.push(line)
        if (seen.filter((one) => one.includes(text)).length >= times) return
      }
      throw new Error(`The container ended without "${text}":\n${seen.join('\n')}`)
    } finally {
      abort.abort()
    }
  }

  /** The host's port for a port of the container. */
  async port(inside: 1972 | 52773): Promise<number> {
    const inspection = await this.#engine.inspectContainer(this.id)
    return Number(inspection?.NetworkSettings.Ports?.[`${inside}/tcp`]?.[0]?.HostPort)
  }

  /** Waits for the container's end. */
  async end(): Promise<{ exitCode: number; oomKilled: boolean; log: string }> {
    await (await this.#engine.open(`/containers/${this.id}/wait`, { method: 'POST', timeoutMs: 0 })).toArray()
    const state = (await this.#engine.inspectContainer(this.id))?.State
    return {
      exitCode: state?.ExitCode ?? -1,
      oomKilled: state?.OOMKilled ?? false,
      log: await this.#engine.logs(this.id),
    }
  }

  exec(command: readonly string[], options: { stdin?: string; env?: readonly string[] } = {}): Promise<ExecOutcome> {
    return this.#engine.exec(this.id, command, options)
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#engine.removeContainer(this.id)
  }
}
