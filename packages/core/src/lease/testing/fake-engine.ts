import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { ContainerStatus } from '../../engine/engine-answers.ts'
import { EngineClient } from '../../engine/engine-client.ts'

/** A container of the {@link FakeEngine}. */
export interface FakeContainer {
  id: string
  name: string
  status: ContainerStatus
  image?: string
  labels?: Record<string, string>
  startedAt?: string
}

type Answer = readonly [status: number, body: unknown]

/**
 * A container engine as far as its HTTP API goes, for tests of what is asked of an engine and of what its answers lead
 * to: it runs nothing.
 */
export class FakeEngine implements AsyncDisposable {
  readonly client: EngineClient
  readonly containers: FakeContainer[] = []
  readonly images = new Set<string>()
  /** What was asked, as `GET /containers/json`. */
  readonly asked: string[] = []
  /** Answers that go before its own, by the beginning of what was asked. */
  readonly answers = new Map<string, Answer>()
  readonly #folder = mkdtempSync(join(tmpdir(), 'fake-engine-'))
  readonly #server = createServer((request, response) => void this.#serve(request, response))

  private constructor() {
    this.client = new EngineClient({ kind: 'socket', path: join(this.#folder, 'engine.sock'), source: 'a test' })
  }

  static async start(): Promise<FakeEngine> {
    const engine = new FakeEngine()
    await new Promise<void>((resolve) => engine.#server.listen(join(engine.#folder, 'engine.sock'), resolve))
    return engine
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.closeAllConnections()
    await new Promise((resolve) => this.#server.close(resolve))
    rmSync(this.#folder, { recursive: true, force: true })
  }

  /** The requests that change something. */
  get changes(): string[] {
    return this.asked.filter((one) => !one.startsWith('GET '))
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for await (const _ of request);
    const url = new URL(request.url ?? '/', 'http://engine')
    const what = `${request.method} ${url.pathname}`
    this.asked.push(what)
    const given = [...this.answers].find(([beginning]) => what.startsWith(beginning))?.[1]
    const [status, body] = given ?? this.#answer(request.method ?? '', url)
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(body === '' ? '' : JSON.stringify(body))
  }

  #answer(method: string, url: URL): Answer {
    const [, kind, id = '', action] = url.pathname.split('/')
    if (kind === 'images') return this.#imageAnswer(decodeURIComponent(url.pathname.split('/').slice(2, -1).join('/')))
    if (kind !== 'containers') return [200, '']
    if (id === 'json') return [200, this.#list(url.searchParams.get('filters')).map(summary)]
    const found = this.containers.find((one) => one.id === id || one.name === decodeURIComponent(id))
    if (!found) return [404, { message: `No such container: ${id}` }]
    if (method === 'DELETE') this.containers.splice(this.containers.indexOf(found), 1)
    if (method === 'GET' && action === 'json') return [200, inspection(found)]
    if (action === 'archive') return [404, { message: 'Could not find the file' }]
    if (action === 'rename') found.name = url.searchParams.get('name') ?? ''
    if (action === 'stop') found.status = 'exited'
    if (action === 'start' || action === 'unpause') found.status = 'running'
    return [204, '']
  }

  #imageAnswer(name: string): Answer {
    return this.images.has(name) ? [200, { Id: `sha256:${name}` }] : [404, { message: `No such image: ${name}` }]
  }

  #list(filters: string | null): FakeContainer[] {
    const { label = [] } = JSON.parse(filters ?? '{}') as { label?: string[] }
    const has = (labels: Record<string, string>, wanted: string) =>
      wanted.includes('=') ? Object.entries(labels).some((pair) => pair.join('=') === wanted) : wanted in labels
    return this.containers.filter(({ labels = {} }) => label.every((wanted) => has(labels, wanted)))
  }
}

function summary({ id, name, status, image = 'iris', labels = {} }: FakeContainer) {
  return {
    Id: id,
    Names: [`/${name}`],
    Image: image,
    ImageID: `sha256:${image}`,
    State: status,
    Labels: labels,
    Ports: [],
  }
}

function inspection({ id, name, status, image = 'iris', labels = {}, startedAt = 'boot 1' }: FakeContainer) {
  return {
    Id: id,
    Name: `/${name}`,
    Created: '2027-01-01T00:00:00Z',
    Config: { Image: image, Cmd: null, Labels: labels },
    State: {
      Status: status,
      Running: status === 'running' || status === 'paused',
      Paused: status === 'paused',
      OOMKilled: false,
      ExitCode: 0,
      Error: '',
      StartedAt: startedAt,
      FinishedAt: '0001-01-01T00:00:00Z',
    },
    HostConfig: { PortBindings: null },
    NetworkSettings: { Ports: null },
  }
}
