import { mkdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { ContainerSummary } from '../../../packages/core/src/engine/engine-answers.ts'
import type { EngineClient } from '../../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { type AcquiredIris, type AcquireOptions, acquireIris } from '../../../packages/core/src/lease/index.ts'
import { PortRegistry } from '../../../packages/core/src/ports/port-registry.ts'
import { livenessOf } from '../../../packages/core/src/process/process-identity.ts'
import { newTestFolder } from '../../machine/test-folder.ts'
import { IMAGE } from '../../machine/test-home.ts'
import { buildStandIn, STAND_IN_TAG } from '../../stand-in/build.ts'
import { LeaseRun, type RunTask } from './lease-run.ts'

/** What a registry and its engine hold at one moment: what would be left behind if everybody stopped now. */
export interface Holdings {
  readonly containers: number
  readonly leases: number
  readonly ports: number
}

/** A registry, its reaper and its projects' containers, all of which are gone at the end of the block. */
export class LeaseFixture implements AsyncDisposable {
  readonly home: string
  readonly registry: PortRegistry
  readonly engine: EngineClient
  readonly image: string
  readonly env: NodeJS.ProcessEnv
  #runs: LeaseRun[] = []

  private constructor(engine: EngineClient, image: string, env: NodeJS.ProcessEnv) {
    this.home = newTestFolder()
    this.registry = new PortRegistry({ registryPath: join(this.home, 'port-registry.json'), onWarning: () => {} })
    this.engine = engine
    this.image = image
    const { CI: _ci, IRIS_URL: _url, IRIS_HOST: _host, IRIS_PORT: _port, ...inherited } = process.env
    this.env = {
      ...inherited,
      IRIS_DEVTESTER_HOME: this.home,
      IRIS_DEVTESTER_REAPER_TICK_MS: '100',
      IRIS_IMAGE: image,
      ...env,
    }
  }

  /** @param env for the fixture's processes. */
  static async open(env: NodeJS.ProcessEnv = {}): Promise<LeaseFixture> {
    if (IMAGE === STAND_IN_TAG) await buildStandIn()
    return new LeaseFixture(await findEngine(), IMAGE, env)
  }

  /** A new project's folder. */
  project(name: string = crypto.randomUUID()): string {
    const path = join(this.home, 'projects', name)
    mkdirSync(path, { recursive: true })
    return path
  }

  /** Begins a run in a process of its own. */
  begin(task: Omit<RunTask, 'image'>, env: NodeJS.ProcessEnv = {}): LeaseRun {
    const run = new LeaseRun({ image: this.image, ...task }, { ...this.env, ...env })
    this.#runs.push(run)
    return run
  }

  /** Acquires in this process. */
  acquire(options: AcquireOptions): Promise<AcquiredIris> {
    return acquireIris({ image: this.image, registry: this.registry, quiet: true, keep: 'warm', ...options })
  }

  /** The containers of this registry, in whatever state. */
  containers(): Promise<ContainerSummary[]> {
    return this.engine.listContainers({ labels: [`iris-devtester.registry=${this.home}`] })
  }

  /** @param projectPath of one project only. */
  async holdings(projectPath?: string): Promise<Holdings> {
    const isMeant = (path: string | undefined) => projectPath === undefined || path === projectPath
    const { leases } = await this.registry.read()
    return {
      containers: (await this.containers()).filter(({ Labels }) => isMeant(Labels['iris-devtester.project'])).length,
      leases: leases.filter((lease) => isMeant(lease.project_path)).length,
      ports: (await this.registry.listAll()).filter((one) => isMeant(one.projectPath)).length,
    }
  }

  /** The holdings as soon as they are as wanted; what they are after `limitMs` if they never were. */
  async settle(wanted: Partial<Holdings>, projectPath?: string, limitMs = 30_000): Promise<Holdings> {
    const until = performance.now() + limitMs
    for (;;) {
      const now = await this.holdings(projectPath)
      const isAsWanted = Object.entries(wanted).every(([name, value]) => now[name as keyof Holdings] === value)
      if (isAsWanted || performance.now() > until) return now
      await sleep(50)
    }
  }

  /** How many containers of this registry have ever been created since `since` (Unix seconds), by the engine's own events. */
  async created(since: number): Promise<number> {
    const text = await this.engine.text('/events', {
      query: {
        since,
        until: Math.ceil(Date.now() / 1_000) + 1,
        filters: JSON.stringify({ event: ['create'], label: [`iris-devtester.registry=${this.home}`] }),
      },
    })
    return text.split('\n').filter((line) => line !== '').length
  }

  /** The reaper's pid while one lives. */
  async reaper(): Promise<number | undefined> {
    const { reaper } = await this.registry.read()
    return reaper && livenessOf(reaper) === 'alive' ? reaper.pid : undefined
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await Promise.all(this.#runs.map((run) => run.end()))
    const reaper = await this.reaper().catch(() => undefined)
    if (reaper !== undefined) process.kill(reaper, 'SIGKILL')
    for (const { Id } of await this.containers()) await this.engine.removeContainer(Id)
    // A reaper that has only just begun may still write into it.
    rmSync(this.home, { recursive: true, force: true, maxRetries: 5 })
  }
}
