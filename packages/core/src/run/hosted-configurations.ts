import { HostedIris } from './hosted-iris.ts'
import type { RunRequest } from './run-host.ts'

/** What the configurations of one run ask for, each as soon as somebody needs it. */
export class HostedConfigurations {
  readonly #base: RunRequest
  readonly #hosted = new Map<string, HostedIris>()

  /** @param base what each of them asks for where it says nothing else. */
  constructor(base: RunRequest) {
    this.#base = base
  }

  /** What a configuration asks for; those that ask for the same share it. */
  configuration(wanted: RunRequest = {}): HostedIris {
    // Where the run is and how large it is, is the same for all of them.
    const { projectPath: _, workers: __, runner: ___, ...own } = wanted
    const request = { ...this.#base, ...own }
    const key = keyOf(request)
    const hosted = this.#hosted.get(key) ?? new HostedIris(request)
    this.#hosted.set(key, hosted)
    return hosted
  }

  /** What a configuration has asked for already, if anybody has used it. */
  find({ projectPath: _, workers: __, runner: ___, ...own }: RunRequest): HostedIris | undefined {
    return this.#hosted.get(keyOf({ ...this.#base, ...own }))
  }

  /** The containers' logs, unless there is nothing in them that hasn't been given before. */
  async newLog(lines: number): Promise<string> {
    const logs = await Promise.all([...this.#hosted.values()].map((one) => one.newLog(lines)))
    return logs.filter((log) => log !== '').join('\n')
  }

  /** Releases all of them. */
  async release(): Promise<void> {
    const outcomes = await Promise.allSettled([...this.#hosted.values()].map((one) => one.release()))
    for (const outcome of outcomes) if (outcome.status === 'rejected') throw outcome.reason
  }
}

function keyOf(request: RunRequest): string {
  return JSON.stringify(Object.entries(request).sort(([one], [other]) => (one < other ? -1 : 1)))
}
