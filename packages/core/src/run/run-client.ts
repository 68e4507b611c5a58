import { spawn } from 'node:child_process'
import { request } from 'node:http'
import { setTimeout as sleep } from 'node:timers/promises'
import { type ErrorParts, IrisDevtesterError } from '../errors/iris-devtester-error.ts'
import type { OnFailure } from '../lease/index.ts'
import type { WorkerConnections } from './hosted-iris.ts'
import { addressOf, isOwn, RUN_HOST_PROGRAM, type RunRequest, runHostEnvironment } from './run-host.ts'
import { runHostNotStarted } from './run-host-error.ts'

const POLL_MS = 20

/**
 * Where a worker of a configuration is to connect. Waits until the run's IRIS is up; when the run has no host yet, starts one, which outlives
 * the process that asked.
 *
 * @param runner the runner's process id.
 * @param worker counted from 1.
 * @param wanted what the configuration asks for. What the host was started with counts where it says nothing else; a host
 *   that is started here gets no more than where the run is and how large it is.
 * @throws IrisDevtesterError with code, message and details of what `acquireIris` threw in the host.
 */
export async function connectionsOfRun(runner: number, worker: number, wanted: RunRequest): Promise<WorkerConnections> {
  const question = `connection/${worker}/${encodeURIComponent(JSON.stringify(wanted))}`
  const known = await ask<WorkerConnections>(runner, question)
  if (known) return known
  const child = spawn(process.execPath, [RUN_HOST_PROGRAM], {
    detached: true,
    stdio: ['ignore', 'ignore', 'inherit'],
    env: { ...process.env, ...runHostEnvironment(runner, commonOf(wanted)) },
    windowsHide: true,
  })
  child.once('error', () => {}).unref()
  for (;;) {
    const ended = child.exitCode ?? child.signalCode
    const answer = await ask<WorkerConnections>(runner, question)
    if (answer) return answer
    if (ended !== null || child.pid === undefined) throw runHostNotStarted(String(ended ?? 'it could not be run'))
    await sleep(POLL_MS)
  }
}

/** What a host that several configurations may ask is started with. */
function commonOf({ projectPath, workers, runner }: RunRequest): RunRequest {
  return { projectPath, workers, runner }
}

/** A failed test of a run that has a host. */
export interface FailedOfRun {
  /** The test's worker, counted from 1. */
  readonly worker: number
  /** The test, for people. */
  readonly test: string
  /** What its configuration asks for. */
  readonly wanted: RunRequest
  /** What it says of failures; what the host was started with counts where it says nothing. */
  readonly onFailure: OnFailure | undefined
}

/**
 * Has the run's host keep copies of a worker's namespaces as a failed test left them.
 *
 * @returns lines for people: where they are, or why there are none. Nothing where none are wanted, or the run has no IRIS.
 */
export async function keepNamespacesOfRun(runner: number, failed: FailedOfRun): Promise<string> {
  const { worker, test, wanted, onFailure } = failed
  const words = [JSON.stringify(wanted), test, ...(onFailure === undefined ? [] : [onFailure])]
  return (await ask<string>(runner, `keep/${worker}/${words.map(encodeURIComponent).join('/')}`)) ?? ''
}

/** What is new in the containers' logs since they were last asked for; nothing when the run has no container. */
export async function newLogOfRun(runner: number, lines: number): Promise<string> {
  return (await ask<string>(runner, `log/${lines}`)) ?? ''
}

/** Releases the run's IRIS and ends its host, if it has one. */
export async function endRun(runner: number): Promise<void> {
  await ask(runner, 'end')
}

/** Whether the run has a host. */
export async function isHosted(runner: number): Promise<boolean> {
  return (await ask<boolean>(runner, 'here')) === true
}

/** Puts a question to the run's host; `undefined` when there is none. */
async function ask<Answer>(runner: number, question: string): Promise<Answer | undefined> {
  const address = addressOf(runner)
  if (!isOwn(address)) return undefined
  const answer = await new Promise<{ status: number | undefined; text: string } | undefined>((resolve, reject) => {
    const client = request({ socketPath: address, path: `/${question}`, agent: false }, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (chunk: string) => {
        text += chunk
      })
      response.on('end', () => resolve({ status: response.statusCode, text }))
      response.on('error', reject)
    })
    client.on('error', (error: NodeJS.ErrnoException) =>
      error.code === 'ENOENT' || error.code === 'ECONNREFUSED' ? resolve(undefined) : reject(error),
    )
    client.end()
  })
  if (!answer) return undefined
  if (answer.status === 200) return JSON.parse(answer.text) as Answer
  throw new IrisDevtesterError(JSON.parse(answer.text) as ErrorParts)
}
