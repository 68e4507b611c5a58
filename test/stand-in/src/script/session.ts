import { hostname } from 'node:os'
import { setTimeout as sleep } from 'node:timers/promises'
import type { Instance } from '../instance/instance.ts'
import type { ScriptContext } from './known-classes.ts'
import { runLine } from './run-script.ts'
import { QuitSignal, ScriptError } from './script-error.ts'
import { SessionProcess } from './session-process.ts'

export interface SessionRequest {
  readonly namespace: string
  readonly environment: Readonly<Record<string, string>>
  /** A single call from the command line, instead of lines. */
  readonly call?: string
}

/**
 * Runs `iris session`: each line as it comes, until one halts. It takes a licence unit while it lasts, and rolls back what
 * is open when it ends.
 *
 * @param write shows what a terminal would show.
 */
export async function runSession(
  instance: Instance,
  request: SessionRequest,
  lines: AsyncIterable<string>,
  write: (text: string) => void,
): Promise<void> {
  const holder = `session ${performance.now()}`
  if (!instance.takeUnit(holder)) return write('\n<LICENSE LIMIT EXCEEDED>\n')
  using process = new SessionProcess(instance.namespaces)
  try {
    await converse(instance, process, request, lines, write)
  } finally {
    instance.licenses.release(holder)
  }
}

async function converse(
  instance: Instance,
  process: SessionProcess,
  { namespace, environment, call }: SessionRequest,
  lines: AsyncIterable<string>,
  write: (text: string) => void,
): Promise<void> {
  const context: ScriptContext = {
    instance,
    process,
    namespace: namespace.toUpperCase(),
    environment,
    variables: new Map(),
    objects: new Map(),
    write,
  }
  if (!instance.namespaces.has(namespace)) return write(`\n<NAMESPACE> *${namespace}\n`)
  if (call !== undefined) {
    step(context, /^##class/i.test(call) ? `Do ${call}` : call)
    return
  }
  write(`\nNode: ${hostname()}, Instance: IRIS\n\n${context.namespace}>`)
  for await (const line of lines) {
    const [, seconds] = /^\s*(?:h|hang)\s+(\d+)\s*$/i.exec(line) ?? []
    const [, lock] = /^\s*(?:l|lock)\s+\+(\^\S+)\s*$/i.exec(line) ?? []
    if (seconds !== undefined) await sleep(Number(seconds) * 1_000)
    else if (lock !== undefined) process.lock(instance.locks, lock)
    else if (line.trim() !== '' && !step(context, line)) break
    write(`\n${context.namespace}>`)
  }
  write('\n')
}

/** Runs a line and shows its error, if any; says whether the session goes on. */
function step(context: ScriptContext, line: string): boolean {
  try {
    return runLine(context, line)
  } catch (error) {
    if (error instanceof QuitSignal) return true
    if (!(error instanceof ScriptError)) throw error
    context.write(`\n${line}\n^\n${error.message}`)
    return true
  }
}
