import { hostname } from 'node:os'
import type { Instance } from '../instance/instance.ts'
import type { ScriptContext } from './known-classes.ts'
import { runLine } from './run-script.ts'
import { QuitSignal, ScriptError } from './script-error.ts'

export interface SessionRequest {
  readonly namespace: string
  readonly environment: Readonly<Record<string, string>>
  /** A single call from the command line, instead of a script. */
  readonly call?: string
  readonly script: string
}

/** Runs `iris session` and gives everything that a terminal would show. It takes a licence unit while it lasts. */
export function runSession(instance: Instance, request: SessionRequest): string {
  const holder = `session ${performance.now()}`
  if (!instance.takeUnit(holder)) return '\n<LICENSE LIMIT EXCEEDED>\n'
  try {
    return converse(instance, request)
  } finally {
    instance.licenses.release(holder)
  }
}

function converse(instance: Instance, { namespace, environment, call, script }: SessionRequest): string {
  let output = ''
  const context: ScriptContext = {
    instance,
    namespace: namespace.toUpperCase(),
    environment,
    variables: new Map(),
    objects: new Map(),
    write: (text) => {
      output += text
    },
  }
  if (!instance.namespaces.has(namespace)) return `\n<NAMESPACE> *${namespace}\n`
  if (call !== undefined) {
    step(context, /^##class/i.test(call) ? `Do ${call}` : call)
    return output
  }
  context.write(`\nNode: ${hostname()}, Instance: IRIS\n`)
  for (const line of script.split(/\r?\n/)) {
    context.write(`\n${context.namespace}>`)
    if (line.trim() !== '' && !step(context, line)) break
  }
  return `${output}\n`
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
