import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import type { EngineClient } from '../../../packages/core/src/engine/engine-client.ts'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { PortRegistry } from '../../../packages/core/src/ports/port-registry.ts'
import { newTestFolder } from '../../machine/test-folder.ts'

/** A registry of a test's own, and what of it is left on the machine. */
export class RegistryHome implements AsyncDisposable {
  readonly folder = newTestFolder()
  readonly registry = new PortRegistry({ registryPath: join(this.folder, 'port-registry.json') })

  /** The environment of a process that uses this registry. */
  get env(): Record<string, string> {
    return { IRIS_DEVTESTER_HOME: this.folder }
  }

  /** Containers, stopped ones too, that belong to this registry. */
  async containers() {
    return (await this.engine()).listContainers({ labels: [`iris-devtester.registry=${this.folder}`] })
  }

  /** Networks that belong to this registry. */
  async networks(): Promise<{ readonly Id: string; readonly Name: string }[]> {
    const filters = JSON.stringify({ label: [`iris-devtester.registry=${this.folder}`] })
    return (await this.engine()).call('/networks', { query: { filters } })
  }

  /** Containers, networks, leases and assignments: empty once everything has been cleaned up. */
  async leftovers(): Promise<string[]> {
    const document = await this.registry.read()
    return [
      ...(await this.containers()).map(({ Names }) => `container ${Names[0]}`),
      ...(await this.networks()).map(({ Name }) => `network ${Name}`),
      ...document.leases.map(({ runner, process }) => `lease of ${runner} (pid ${process.pid})`),
      ...[...document.assignments, ...document.service_assignments].map(({ port }) => `port ${port}`),
    ]
  }

  /** Waits until nothing is left, at most `timeoutMs`, and gives what still is. */
  async untilClean(timeoutMs = 20_000): Promise<string[]> {
    const deadline = performance.now() + timeoutMs
    for (;;) {
      const left = await this.leftovers()
      if (left.length === 0 || performance.now() > deadline) return left
      await sleep(100)
    }
  }

  reaperLog(): string {
    try {
      return readFileSync(join(this.folder, 'reaper.log'), 'utf8')
    } catch {
      return ''
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const { reaper } = await this.registry.read()
    if (reaper !== undefined) endProcess(reaper.pid)
    const engine = await this.engine()
    for (const { Id } of await this.containers()) await engine.removeContainer(Id)
    for (const { Id } of await this.networks()) await engine.removeNetwork(Id)
    // A reaper that has only just begun may still write into it.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 5 })
  }

  /** The engine that its containers are on. */
  engine(): Promise<EngineClient> {
    return findEngine()
  }
}

function endProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL')
  } catch (error) {
    // It has ended by itself.
    if ((error as NodeJS.ErrnoException).code !== 'ESRCH') throw error
  }
}
