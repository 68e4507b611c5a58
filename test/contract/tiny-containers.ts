import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { currentProcess } from '../../packages/core/src/process/process-identity.ts'
import { buildTinyImage, TINY_IMAGE } from './tiny-image.ts'

/** Names, as JSON, the process whose test a container belongs to. */
export const TEST_PROCESS_LABEL = 'iris-devtester-tests.process'

export interface TinyOptions {
  readonly name?: string
  readonly labels?: Readonly<Record<string, string>>
  /** Ports of this machine to hold. */
  readonly ports?: readonly number[]
  readonly hostIp?: string
  readonly protocol?: 'tcp' | 'udp'
  /** Default true. */
  readonly start?: boolean
}

/** Containers that do nothing but hold ports; all are gone at the end of the block. */
export class TinyContainers implements AsyncDisposable {
  readonly client: EngineClient
  readonly #ids: string[] = []

  private constructor(client: EngineClient) {
    this.client = client
  }

  static async open(): Promise<TinyContainers> {
    const client = await findEngine()
    await buildTinyImage(client)
    return new TinyContainers(client)
  }

  /** @returns the container's id */
  async create({
    name,
    labels = {},
    ports = [],
    hostIp = '',
    protocol = 'tcp',
    start = true,
  }: TinyOptions): Promise<string> {
    const bindings = Object.fromEntries(
      ports.map((port) => [`${port}/${protocol}`, [{ HostIp: hostIp, HostPort: String(port) }]]),
    )
    const body = {
      Image: TINY_IMAGE,
      Cmd: ['600'],
      StopSignal: 'SIGKILL',
      Labels: { ...labels, [TEST_PROCESS_LABEL]: JSON.stringify(currentProcess()) },
      ExposedPorts: Object.fromEntries(Object.keys(bindings).map((key) => [key, {}])),
      HostConfig: { PortBindings: bindings },
    }
    const response = await this.client.open('/containers/create', { method: 'POST', query: { name }, body })
    let answer = ''
    for await (const chunk of response) answer += chunk
    const { Id } = JSON.parse(answer) as { Id: string }
    this.#ids.push(Id)
    if (start) await this.client.startContainer(Id)
    return Id
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const id of this.#ids) await this.client.removeContainer(id)
  }
}
