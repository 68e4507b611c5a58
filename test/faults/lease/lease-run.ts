import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import type { AcquireOptions } from '../../../packages/core/src/lease/index.ts'

/** The moment of a run at which it ends. */
export type Phase = 'set-up' | 'tests' | 'teardown'

/** How it ends. */
export type Ending = 'SIGINT' | 'SIGTERM' | 'SIGHUP' | 'SIGKILL' | 'exception' | 'exit'

export const PHASES: readonly Phase[] = ['set-up', 'tests', 'teardown']
export const ENDINGS: readonly Ending[] = ['SIGINT', 'SIGTERM', 'SIGHUP', 'SIGKILL', 'exception', 'exit']

/** What a run in a process of its own does: it acquires, waits to be told to release, and dies at the given moment. */
export interface RunTask
  extends Pick<AcquireOptions, 'keep' | 'workers' | 'isolation' | 'idleTimeoutMs' | 'memoryMb' | 'replace'> {
  readonly projectPath: string
  readonly image: string
  readonly load?: readonly string[]
  readonly environment?: Readonly<Record<string, string>>
  readonly startupTimeoutMs?: number
  readonly preferredPort?: number
  readonly die?: { readonly phase: Phase; readonly ending: Ending }
}

/** What it tells. */
export type RunReport =
  | {
      readonly kind: 'acquired'
      readonly containerId: string
      readonly start: 'warm' | 'cold'
      readonly port: number
      readonly namespaces: readonly string[]
      readonly milliseconds: number
    }
  | { readonly kind: 'released'; readonly milliseconds: number }
  | { readonly kind: 'failed'; readonly code: string; readonly message: string; readonly milliseconds: number }

export type Acquired = Extract<RunReport, { kind: 'acquired' }>

/** A test run in a process of its own. */
export class LeaseRun {
  readonly child: ChildProcess
  readonly #reports: RunReport[] = []
  readonly #exit: Promise<unknown>

  constructor(task: RunTask, env: NodeJS.ProcessEnv) {
    this.child = fork(new URL('./run-process.ts', import.meta.url), [JSON.stringify(task)], {
      stdio: ['ignore', 'ignore', 'ignore', 'ipc'],
      env,
    })
    this.child.on('message', (report: RunReport) => this.#reports.push(report))
    this.#exit = once(this.child, 'exit')
  }

  /** The first report of the kind; rejects when the run ends without one. */
  async report<Kind extends RunReport['kind']>(kind: Kind): Promise<Extract<RunReport, { kind: Kind }>> {
    const ended = this.#exit.then(() => 'ended' as const)
    for (;;) {
      const found = this.#reports.find((report) => report.kind === kind)
      if (found) return found as Extract<RunReport, { kind: Kind }>
      const failed = this.#reports.find((report) => report.kind === 'failed')
      if (failed?.kind === 'failed') throw new Error(`the run failed: ${failed.code} ${failed.message}`)
      const next = await Promise.race([once(this.child, 'message'), ended])
      if (next === 'ended' && !this.#reports.some((report) => report.kind === kind)) {
        throw new Error(`the run ended with ${this.child.exitCode ?? this.child.signalCode} and never ${kind}`)
      }
    }
  }

  release(): void {
    this.child.send('release')
  }

  /** Waits until the process has ended by itself. */
  async ended(): Promise<void> {
    await this.#exit
  }

  async end(): Promise<void> {
    if (this.child.exitCode === null && this.child.signalCode === null) this.child.kill('SIGKILL')
    await this.#exit
  }
}
