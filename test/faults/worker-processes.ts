import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'

/** A child process that answers requests one after the other, each with one message. */
export class Worker {
  readonly child: ChildProcess

  constructor(script: URL, args: readonly string[] = []) {
    this.child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], serialization: 'advanced' })
    this.child.setMaxListeners(0)
  }

  get pid(): number {
    if (this.child.pid === undefined) throw new Error('the worker did not start')
    return this.child.pid
  }

  /** The worker's next message. Rejects when it ends instead. */
  async answer<T>(): Promise<T> {
    const ended = new AbortController()
    const message = once(this.child, 'message', { signal: ended.signal })
    const exit = once(this.child, 'exit', { signal: ended.signal }).then(([code, signal]) => {
      throw new Error(`the worker ended with ${code ?? signal}`)
    })
    exit.catch(() => undefined)
    message.catch(() => undefined)
    try {
      const [answer] = await Promise.race([message, exit])
      return answer as T
    } finally {
      ended.abort()
    }
  }

  ask<T>(request: object): Promise<T> {
    const answer = this.answer<T>()
    this.child.send(request)
    return answer
  }

  async end(signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return
    const exit = once(this.child, 'exit')
    this.child.kill(signal)
    await exit
  }
}

/** As many workers as are wanted, all of them ready. */
export async function startWorkers(script: URL, count: number): Promise<Worker[]> {
  const workers = Array.from({ length: count }, () => new Worker(script))
  await Promise.all(workers.map((worker) => worker.answer()))
  return workers
}

export async function endWorkers(workers: readonly Worker[]): Promise<void> {
  await Promise.all(workers.map((worker) => worker.end()))
}
