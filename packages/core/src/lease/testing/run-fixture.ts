import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { LABELS } from '../../container/container-identity.ts'
import { fingerprint, formatFingerprints } from '../../container/settings-fingerprints.ts'
import type { ContainerRecord, LeaseRecord } from '../../ports/document/lease-record.ts'
import { PortRegistry } from '../../ports/port-registry.ts'
import { type AcquireOptions, resolveOptions } from '../book/acquire-options.ts'
import type { HoldContext } from '../book/hold-context.ts'
import { newLease } from '../book/run-lease.ts'
import { type FakeContainer, FakeEngine } from './fake-engine.ts'

/** Ports that nothing on a machine is likely to use. */
export const FIXTURE_RANGE = [22_400, 22_409] as const

/** A run of one project with a registry of its own and an engine that runs nothing. */
export class RunFixture implements AsyncDisposable {
  readonly engine: FakeEngine
  readonly folder = realpathSync(mkdtempSync(join(tmpdir(), 'run-fixture-')))
  readonly registry = new PortRegistry({
    registryPath: join(this.folder, 'port-registry.json'),
    docker: false,
    portRange: FIXTURE_RANGE,
    onWarning: () => {},
  })
  /** What the run was told. */
  readonly said: string[] = []

  private constructor(engine: FakeEngine) {
    this.engine = engine
  }

  static async open(): Promise<RunFixture> {
    process.env.IRIS_DEVTESTER_REAPER = '0'
    return new RunFixture(await FakeEngine.start())
  }

  async [Symbol.asyncDispose](): Promise<void> {
    delete process.env.IRIS_DEVTESTER_REAPER
    await this.engine[Symbol.asyncDispose]()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** What a run knows that asks for `options`; its lease isn't in the registry yet. */
  context(options: AcquireOptions = {}, id = 'own'): HoldContext {
    const acquisition = resolveOptions({ projectPath: this.folder, startupTimeoutMs: 200, ...options }, {}, this.folder)
    return {
      engine: this.engine.client,
      registry: this.registry,
      acquisition,
      wanted: fingerprint(acquisition.askedSettings),
      lease: newLease(id, this.engine.client.address, acquisition),
      host: '127.0.0.1',
      reporter: {
        pulling: () => {},
        starting: (_, phase) => void this.said.push(phase),
        ready: () => {},
        warning: (text) => void this.said.push(text),
        failed: () => {},
      },
      signal: undefined,
    }
  }

  /** Puts the project's container on the engine, and into the registry unless `record` is `false`. */
  async addContainer(
    change: Partial<FakeContainer> = {},
    record: Partial<ContainerRecord> | false = {},
  ): Promise<void> {
    const container = { id: 'c', name: 'iris_0_1972', status: 'running', ...change } as FakeContainer
    const settings = formatFingerprints(
      fingerprint({ image: 'iris', username: 'test', password: 'test', namespace: 'USER' }),
    )
    container.labels = {
      [LABELS.project]: this.folder,
      [LABELS.registry]: this.registry.registryId,
      [LABELS.owner]: 'lease',
      [LABELS.port]: String(FIXTURE_RANGE[0]),
      [LABELS.webPort]: '52773',
      [LABELS.settings]: settings,
      ...change.labels,
    }
    this.engine.containers.push(container)
    if (record === false) return
    await this.registry.update('test', (draft) => {
      draft.containers[container.id] = {
        project_path: this.folder,
        name: container.name,
        engine: this.engine.client.address,
        settings,
        ready_boot: 'boot 1',
        keep: 'warm',
        idle_timeout_ms: 60_000,
        ...record,
      }
    })
  }

  async addLease(lease: LeaseRecord, containerId?: string): Promise<void> {
    await this.registry.update('test', (draft) => {
      draft.leases.push(containerId === undefined ? lease : { ...lease, container_id: containerId })
    })
  }
}
