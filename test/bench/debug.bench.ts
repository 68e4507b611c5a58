import { debugLog } from '../../packages/core/src/debug/debug-log.ts'
import { compare, report } from './measure.ts'

const CALLS = 100_000

/** What a trace costs that nobody has asked for. */
export async function bench(): Promise<void> {
  const log = debugLog('lease')
  let sum = 0
  const floor = () => {
    for (let at = 0; at < CALLS; at += 1) sum += at
  }
  const work = () => {
    for (let at = 0; at < CALLS; at += 1) {
      sum += at
      log(() => `never made: ${sum}`)
    }
  }
  const figures = await compare(50, floor, work)
  report(`${CALLS} calls of a debug log that is off / the loop alone`, figures.floor, figures.work, '–')
  const nanos = ((figures.work.median - figures.floor.median) * 1e6) / CALLS
  console.log(`${nanos.toFixed(0)} ns each`)
}
