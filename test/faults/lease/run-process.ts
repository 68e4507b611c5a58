import { once } from 'node:events'
import { setTimeout as sleep } from 'node:timers/promises'
import { acquireIris, type StartReporter } from '../../../packages/core/src/lease/index.ts'
import type { Ending, Phase, RunReport, RunTask } from './lease-run.ts'

const { die, load, ...options } = JSON.parse(process.argv[2] ?? '') as RunTask

function tell(report: RunReport): void {
  process.send?.(report)
}

function endIf(phase: Phase): void {
  if (die?.phase === phase) endBy(die.ending)
}

function endBy(ending: Ending): void {
  if (ending === 'exit') process.exit(1)
  if (ending === 'exception') {
    setImmediate(() => {
      throw new Error('a test run that fails')
    })
  } else process.kill(process.pid, ending)
}

const reporter: StartReporter = {
  pulling() {},
  starting(_name, phase) {
    // The container has been created and IRIS is half-way up.
    if (phase === 'superserver') endIf('set-up')
  },
  ready() {},
  warning() {},
  failed() {},
}

const began = performance.now()
const passed = () => performance.now() - began
try {
  const iris = await acquireIris({ ...options, ...(load ? { load } : {}), reporter })
  const { id: containerId = '', start = 'warm' } = iris.container ?? {}
  const { port } = iris.connection
  tell({ kind: 'acquired', containerId, start, port, namespaces: iris.namespaces, milliseconds: passed() })
  if (die?.phase === 'tests') {
    await iris.connection.sql('CREATE TABLE Half (Done INT)')
    endIf('tests')
    await sleep(60_000)
  }
  if (die === undefined) await once(process, 'message')
  const released = performance.now()
  const release = iris.release()
  if (die?.phase === 'teardown') {
    await sleep(3)
    endIf('teardown')
  }
  await release
  tell({ kind: 'released', milliseconds: performance.now() - released })
} catch (error) {
  const { code, message } = error as { code?: string; message: string }
  tell({ kind: 'failed', code: String(code), message, milliseconds: passed() })
}
process.disconnect()
