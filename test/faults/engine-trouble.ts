import { readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as delay } from 'node:timers/promises'
import { parseArgs } from 'node:util'
import { type PortAssignment, PortRegistry, type RegistryWarning } from '../../packages/core/src/ports/index.ts'
import { TinyContainers } from '../contract/tiny-containers.ts'
import { TemporaryFolder } from './temporary-folder.ts'
import { Worker } from './worker-processes.ts'

export type EngineTrouble = 'absent' | 'hanging' | 'garbage' | 'restarted'

export interface EngineFigures {
  readonly trouble: EngineTrouble
  /** The port assigned while the engine could not be asked. */
  readonly port: number
  readonly millis: number
  /** How long the next assignment took, which should not wait for the same engine again. */
  readonly nextMillis: number
  /** What the registry said it could not check. */
  readonly warnings: readonly string[]
  /** Assignments released for want of an answer. */
  readonly wronglyReleased: readonly PortAssignment[]
  /** The port assigned once the engine answered again: not the one its container holds. */
  readonly portAfter: number
}

/** How long the engine may take in these trials, in ms. */
export const LIMIT_MS = 1_000
const RANGE = [21_500, 21_509] as const

/**
 * Assigns ports while the engine is in trouble: nobody listens on its socket; it is suspended; something else answers; or
 * it goes away in the middle of an answer and comes back.
 */
export async function meetEngineTrouble(trouble: EngineTrouble): Promise<EngineFigures> {
  await using containers = await TinyContainers.open()
  const { endpoint } = containers.client
  if (endpoint.kind !== 'socket') throw new Error('these trials need an engine on a socket')
  using folder = new TemporaryFolder()
  const path = join(folder.path, 'engine.sock')
  await containers.create({ name: `iris_trial_${RANGE[0]}`, ports: [RANGE[0] + 1] })
  const start = async (mode: string) => {
    rmSync(path, { force: true })
    const relay = new Worker(new URL('engine-relay.ts', import.meta.url), [path, endpoint.path, mode])
    await relay.answer()
    return relay
  }
  const warnings: RegistryWarning[] = []
  const open = () =>
    new PortRegistry({
      registryPath: folder.registry('r'),
      portRange: RANGE,
      dockerTimeoutMs: LIMIT_MS,
      env: { DOCKER_HOST: `unix://${path}` },
      onWarning: (warning) => warnings.push(warning),
    })
  const registry = open()
  let relay = await start('pass')
  await registry.assignPort('/trial/with-container', { containerName: `iris_trial_${RANGE[0]}` })
  relay = await disturb(trouble, relay, start)
  const [first, millis] = await timed(() => registry.assignPort('/trial/during'))
  const [, nextMillis] = await timed(() => registry.assignPort('/trial/during', { service: 'node' }))
  const wronglyReleased = await registry.cleanupStale()
  if (trouble === 'hanging') process.kill(relay.pid, 'SIGCONT')
  else {
    await relay.end()
    relay = await start('pass')
  }
  const after = await open().assignPort('/trial/after')
  await relay.end()
  const messages = warnings.filter((one) => one.code === 'DOCKER_NOT_CHECKED').map((one) => one.message)
  return { trouble, port: first.port, millis, nextMillis, warnings: messages, wronglyReleased, portAfter: after.port }
}

async function disturb(
  trouble: EngineTrouble,
  relay: Worker,
  start: (mode: string) => Promise<Worker>,
): Promise<Worker> {
  if (trouble === 'hanging') {
    process.kill(relay.pid, 'SIGSTOP')
    while (!/\) T /.test(readFileSync(`/proc/${relay.pid}/stat`, 'utf8'))) await delay(2)
    return relay
  }
  if (trouble === 'restarted') {
    // Away in the middle of the first request, back before the second.
    setTimeout(() => void relay.end(), 0)
    return relay
  }
  await relay.end()
  return trouble === 'garbage' ? start('garbage') : relay
}

async function timed<T>(work: () => Promise<T>): Promise<[T, number]> {
  const began = performance.now()
  const outcome = await work()
  return [outcome, performance.now() - began]
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { times: { type: 'string', default: '3' } } })
  for (const trouble of ['absent', 'hanging', 'garbage', 'restarted'] as const) {
    for (let time = 0; time < Number(values.times); time += 1)
      console.log(JSON.stringify(await meetEngineTrouble(trouble)))
  }
}
