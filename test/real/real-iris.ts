import { completeSettings } from '../../packages/core/src/container/iris-settings.ts'
import { mergeFile } from '../../packages/core/src/container/merge-file.ts'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { BareContainer, type ContainerOptions } from '../stand-in/testing/bare-container.ts'
import { type AtelierAnswer, call, WebClient } from '../stand-in/testing/web-client.ts'

const STARTED = '...started InterSystems IRIS instance'

/** The account that the merge file creates. */
export const ACCOUNT = { user: 'test', password: 'se,cret "1"' }

/** Containers of one image for the facts to look at: one they share, and fresh ones for those that would spoil it. */
export class RealIris implements AsyncDisposable {
  readonly engine: EngineClient
  readonly image: string
  #shared: Promise<BareContainer> | undefined
  #web: WebClient | undefined

  constructor(engine: EngineClient, image: string) {
    this.engine = engine
    this.image = image
  }

  /** The merge file the product would write for {@link ACCOUNT}. */
  static mergeText(): string {
    return mergeFile(completeSettings({ username: ACCOUNT.user, password: ACCOUNT.password }))
  }

  /** The container that is only looked at, started with the product's merge file. */
  shared(): Promise<BareContainer> {
    this.#shared ??= this.fresh({ merge: { text: RealIris.mergeText(), mode: 0o644 } })
    return this.#shared
  }

  /** Calls to the shared container as {@link ACCOUNT}, in one session. */
  async web(): Promise<WebClient> {
    this.#web ??= new WebClient(await (await this.shared()).port(52773), ACCOUNT.user, ACCOUNT.password)
    return this.#web
  }

  /** A container of the fact's own, started and waited for; the fact disposes of it. */
  async fresh(options: Omit<ContainerOptions, 'image'> = {}): Promise<BareContainer> {
    const container = await this.launch(options)
    try {
      await container.waitFor(STARTED)
      return container
    } catch (error) {
      await container[Symbol.asyncDispose]()
      throw error
    }
  }

  /** The same, not waited for. */
  launch(options: Omit<ContainerOptions, 'image'> = {}): Promise<BareContainer> {
    return BareContainer.start(this.engine, { image: this.image, ...options })
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await (await this.#shared?.catch(() => undefined))?.[Symbol.asyncDispose]()
  }
}

/** The status of a call to Atelier's root, without cookies. */
export async function rootStatus(container: BareContainer, user: string, password: string): Promise<number> {
  return (await call(await container.port(52773), '/api/atelier/', { user, password })).http
}

/** What a statement made of the licence, the namespace or the table says. */
export function summaryOf({ http, status }: AtelierAnswer): string {
  return `HTTP ${http}${status.summary === '' ? '' : `, ${status.summary.trim()}`}`
}
