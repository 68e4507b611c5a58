import { type ContainerAccess, isFatalLogLine } from '@iris-devtester/core'
import type { LogLine } from './state.ts'

/** How many of the lines that were there already are sent. */
const TAIL = 2_000
/** How long lines are gathered before they are sent, in ms. */
const GATHER_MS = 60

/** Sends the container's output as it comes, until it ends or `signal` aborts. */
export async function followLog(
  engine: ContainerAccess['engine'],
  id: string,
  send: (lines: readonly LogLine[]) => void,
  signal: AbortSignal,
): Promise<void> {
  let gathered: LogLine[] = []
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    timer = undefined
    const lines = gathered
    gathered = []
    if (lines.length > 0) send(lines)
  }
  try {
    for await (const text of engine.followLogs(id, { tail: TAIL, signal })) {
      gathered.push(isFatalLogLine(text) ? { text, isFatal: true } : { text })
      timer ??= setTimeout(flush, GATHER_MS)
    }
  } finally {
    clearTimeout(timer)
    if (!signal.aborted) flush()
  }
}
