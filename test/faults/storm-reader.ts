import { readFileSync } from 'node:fs'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'

/** What a reader saw until it was asked. */
export interface ReaderFigures {
  readonly viewReads: number
  readonly registryReads: number
  /** Reads of the view that found no file or half of one, and reads of the registry that failed or warned. */
  readonly unreadable: readonly string[]
  /** Whether a later read ever showed an earlier state. */
  readonly wentBack: number
}

// Reads the view as another tool would, and the registry, in a tight loop, until it is asked what it saw.
const [registryPath = ''] = process.argv.slice(2)
const unreadable: string[] = []
const registry = new PortRegistry({ registryPath, docker: false, onWarning: ({ message }) => unreadable.push(message) })
let viewReads = 0
let registryReads = 0
let wentBack = 0
let newest = 0
let running = true
process.once('message', () => {
  running = false
})
process.send?.('ready')
while (running) {
  try {
    JSON.parse(readFileSync(registryPath, 'utf8'))
    viewReads += 1
    const { generation } = await registry.read()
    if (generation < newest) wentBack += 1
    newest = generation
    registryReads += 1
  } catch (error) {
    unreadable.push(String(error))
  }
  await new Promise((resolve) => setImmediate(resolve))
}
process.send?.({ viewReads, registryReads, unreadable, wentBack } satisfies ReaderFigures)
