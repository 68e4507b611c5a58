import type { Method } from '../classes/class-text.ts'
import { Evaluator } from './evaluator.ts'
import type { ScriptContext } from './known-classes.ts'
import { QuitSignal, ScriptError, type ScriptValue, toNumber } from './script-error.ts'
import { scriptTokens } from './script-tokens.ts'

/** Runs one line of commands; says whether the session goes on. */
export function runLine(context: ScriptContext, line: string): boolean {
  const reader = new Evaluator(scriptTokens(line.trim()), context)
  while (!reader.atEnd) {
    const command = reader.name().toLowerCase()
    if (command === 'halt' || command === 'h') return false
    if (command === 'quit' || command === 'q' || command === 'return' || command === 'ret') {
      throw new QuitSignal(reader.acceptSpace() && !reader.atEnd ? reader.expression() : '')
    }
    const isWanted = !reader.accept(':') || toNumber(reader.expression()) !== 0
    if (!reader.acceptSpace()) throw new ScriptError('<SYNTAX>')
    if (isWanted) runCommand(context, command, reader)
    else reader.skipArguments()
    while (reader.acceptSpace());
  }
  return true
}

/** Runs a method of a user's class: its lines, one after the other, until one quits. */
export function runMethod(context: ScriptContext, method: Method, args: readonly ScriptValue[]): ScriptValue {
  const variables = new Map(method.parameters.map((name, at) => [name, args[at] ?? '']))
  try {
    for (const line of method.body)
      if (!line.startsWith('//') && !line.startsWith(';')) runLine({ ...context, variables }, line)
  } catch (signal) {
    if (signal instanceof QuitSignal) return signal.value
    throw signal
  }
  return ''
}

function runCommand(context: ScriptContext, command: string, reader: Evaluator): void {
  if (command === 'set' || command === 's') setVariables(context, reader)
  else if (command === 'write' || command === 'w') writeItems(context, reader)
  else if (command === 'do' || command === 'd') reader.expression()
  else if (command === 'zn' || command === 'znspace') changeNamespace(context, String(reader.expression()))
  else throw new ScriptError('<SYNTAX>')
}

function setVariables(context: ScriptContext, reader: Evaluator): void {
  do {
    const name = reader.name()
    reader.expect('=')
    const value = reader.expression()
    if (name.toLowerCase() === '$namespace') changeNamespace(context, String(value))
    else context.variables.set(name, value)
  } while (reader.accept(','))
}

function writeItems(context: ScriptContext, reader: Evaluator): void {
  do context.write(reader.accept('!') ? '\n' : String(reader.expression()))
  while (reader.accept(','))
}

function changeNamespace(context: ScriptContext, name: string): void {
  if (!context.instance.namespaces.has(name)) throw new ScriptError(`<NAMESPACE> *${name}`)
  context.namespace = name.toUpperCase()
}
