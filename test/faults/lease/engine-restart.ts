/**
 * Ends the engine and starts it again, under a run that holds a container and under one whose IRIS boots. For an engine that
 * is yours alone: `node test/faults/lease/engine-restart.ts <pid file> <command that starts it>`.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { LeaseFixture } from './lease-fixture.ts'

const [pidFile, ...command] = process.argv.slice(2)
if (pidFile === undefined || command.length === 0) throw new Error('usage: engine-restart.ts <pid file> <command…>')
await using fixture = await LeaseFixture.open()
let wrong = 0

for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
  const projectPath = fixture.project()
  const environment = { STANDIN_BOOT_MS: '200' }
  const holder = fixture.begin({ projectPath, environment, keep: 'warm' })
  const { containerId } = await holder.report('acquired')
  const booting = fixture.begin({
    projectPath: fixture.project(),
    environment: { STANDIN_BOOT_MS: '60000' },
    startupTimeoutMs: 20_000,
  })
  const failure = booting.report('acquired').catch((error: Error) => error.message.split('\n')[0])
  await fixture.settle({ containers: 2 })
  await sleep(500)
  await endEngine(signal)
  const began = performance.now()
  const told = await failure
  console.log(`${signal}: the run that was starting is told after ${Math.round(performance.now() - began)} ms: ${told}`)
  holder.release()
  const { milliseconds } = await holder.report('released')
  console.log(`${signal}: the run that held a container ends within ${Math.round(milliseconds)} ms`)
  await startEngine()
  const next = fixture.begin({ projectPath, environment, keep: 'stop' })
  const healed = await next.report('acquired')
  next.release()
  await next.report('released')
  const left = await fixture.settle({ containers: 0, leases: 0, ports: 0 })
  const isRight = healed.containerId === containerId && left.containers + left.leases + left.ports === 0
  if (!isRight) wrong++
  console.log(
    `${signal}: the next run gets ${healed.containerId === containerId ? 'the same' : 'another'} container (${healed.start}); ` +
      `left ${JSON.stringify(left)} ${isRight ? 'right' : 'WRONG'}`,
  )
}
process.exitCode = wrong === 0 ? 0 : 1

async function endEngine(signal: 'SIGTERM' | 'SIGKILL'): Promise<void> {
  const pid = Number(readFileSync(pidFile as string, 'utf8'))
  process.kill(pid, signal)
  for (;;) {
    try {
      process.kill(pid, 0)
    } catch {
      return
    }
    await sleep(50)
  }
}

async function startEngine(): Promise<void> {
  const [program = '', ...args] = command
  let engine: ChildProcess | undefined
  for (;;) {
    // One whose own helper doesn't come up in time gives up, and is started again, as a service manager would.
    if (engine === undefined || engine.exitCode !== null) {
      engine = spawn(program, args, { detached: true, stdio: 'ignore' })
      engine.unref()
    }
    const answers = await fixture.engine.ping().then(
      () => true,
      () => false,
    )
    if (answers) return
    await sleep(200)
  }
}
