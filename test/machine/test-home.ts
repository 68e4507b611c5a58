import { mkdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { LABELS } from '../../packages/core/src/container/container-identity.ts'
import type { ContainerSummary } from '../../packages/core/src/engine/engine-answers.ts'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../packages/core/src/engine/find-engine.ts'
import { PortRegistry, type PortRegistryOptions } from '../../packages/core/src/ports/index.ts'
import { IRISContainer } from '../../packages/testcontainers/src/iris-container.ts'
import { STAND_IN_TAG } from '../stand-in/build.ts'
import { newTestFolder } from './test-folder.ts'

/** The image that the tests run on: the stand-in unless another is named. */
export const IMAGE = process.env.IRIS_IMAGE || STAND_IN_TAG

/** What makes the stand-in boot fast; a real IRIS doesn't know it. */
const QUICK = { STANDIN_BOOT_MS: '50' }

/** A registry folder of a test's own, with projects in it, and an end for everything that was started under it. */
export class TestHome implements AsyncDisposable {
  readonly path: string
  readonly engine: EngineClient
  readonly registry: PortRegistry

  private constructor(path: string, engine: EngineClient) {
    this.path = path
    this.engine = engine
    this.registry = this.newRegistry()
  }

  static async create(): Promise<TestHome> {
    return new TestHome(newTestFolder(), await findEngine())
  }

  /** Another user of the same registry. */
  newRegistry(options: PortRegistryOptions = {}): PortRegistry {
    return new PortRegistry({ env: { ...process.env, IRIS_DEVTESTER_HOME: this.path }, ...options })
  }

  /** The absolute path of a project's folder, which exists. */
  async project(name: string): Promise<string> {
    const path = join(this.path, name)
    await mkdir(path, { recursive: true })
    return path
  }

  /** A container of the image under test, or another, with this home's registry. */
  async container(project: string, environment: Record<string, string> = {}, image = IMAGE): Promise<IRISContainer> {
    return quickContainer(environment, image)
      .withPortRegistry(this.registry)
      .withProjectPath(await this.project(project))
  }

  /** A file of a container, in the tar archive that the engine gives it in. */
  fileIn(id: string, path: string): Promise<string> {
    return this.engine.text(`/containers/${id}/archive`, { query: { path } })
  }

  /** Every container that this home's registry accounts for, running or not. */
  containers(): Promise<ContainerSummary[]> {
    return this.engine.listContainers({ labels: [`${LABELS.registry}=${this.registry.folder}`] })
  }

  /** What is left of a start that failed; nothing should be. */
  async leftovers(): Promise<{ containers: string[]; assignments: number[] }> {
    return {
      containers: (await this.containers()).map(({ Names }) => Names[0] ?? ''),
      assignments: (await this.registry.listAll()).filter(({ status }) => status === 'active').map(({ port }) => port),
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all((await this.containers()).map(({ Id }) => this.engine.removeContainer(Id)))
    await rm(this.path, { recursive: true, force: true, maxRetries: 5 })
  }
}

/** A container without a registry, of the image under test or another. */
export function quickContainer(environment: Record<string, string> = {}, image = IMAGE): IRISContainer {
  return new IRISContainer(image).withEnvironment({ ...QUICK, ...environment })
}

/** What a failed promise was rejected with; fails when it wasn't. */
export async function rejection<E extends Error>(promise: Promise<unknown>): Promise<E> {
  const outcome = await promise.then(
    () => undefined,
    (error) => error as E,
  )
  if (outcome === undefined) throw new Error('It was expected to fail.')
  return outcome
}
