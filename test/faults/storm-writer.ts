import { openSync, writeSync } from 'node:fs'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { type CountingDocument, STORM_RANGE } from './counting-document.ts'

/** How many ports one writer holds at most. */
const HELD = 5

// Changes the registry until it is killed, and notes each change in a log once it has been acknowledged.
const [registryPath = '', name = '', logPath = ''] = process.argv.slice(2)
const log = openSync(logPath, 'a')
const registry = new PortRegistry({ registryPath, portRange: STORM_RANGE, docker: false, onWarning: () => undefined })
const incarnation = `${name}-${process.pid}`
for (let round = 0; ; round += 1) {
  const { port } = await registry.assignPort(`/storm/${incarnation}/${round}`)
  writeSync(log, `assigned ${incarnation}/${round} ${port}\n`)
  const count = await registry.update('count', (draft: CountingDocument) => {
    const counters = { ...draft.counters }
    counters[name] = (counters[name] ?? 0) + 1
    draft.counters = counters
    return counters[name]
  })
  writeSync(log, `counted ${count}\n`)
  if (round >= HELD) {
    writeSync(log, `releasing ${incarnation}/${round - HELD} 0\n`)
    await registry.releasePort(`/storm/${incarnation}/${round - HELD}`)
    writeSync(log, `released ${incarnation}/${round - HELD} 0\n`)
  }
}
