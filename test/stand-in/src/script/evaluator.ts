import { callClass, callFunction, type ScriptContext } from './known-classes.ts'
import { ScriptError, type ScriptValue, toNumber } from './script-error.ts'
import type { ScriptToken } from './script-tokens.ts'

/** Evaluates expressions as ObjectScript does: strictly from the left, without precedence. */
export class Evaluator {
  readonly #tokens: readonly ScriptToken[]
  readonly #context: ScriptContext
  #at = 0

  constructor(tokens: readonly ScriptToken[], context: ScriptContext) {
    this.#tokens = tokens
    this.#context = context
  }

  get atEnd(): boolean {
    return this.#at >= this.#tokens.length
  }

  /** Takes the next token when it is this one. */
  accept(text: string): boolean {
    if (this.#tokens[this.#at]?.text !== text) return false
    this.#at++
    return true
  }

  acceptSpace(): boolean {
    if (this.#tokens[this.#at]?.kind !== 'space') return false
    this.#at++
    return true
  }

  /** @throws ScriptError `<SYNTAX>` when something else comes. */
  expect(text: string): void {
    if (!this.accept(text)) throw new ScriptError('<SYNTAX>')
  }

  name(): string {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'name') throw new ScriptError('<SYNTAX>')
    this.#at++
    return token.text
  }

  /** A name with dots in it, as a class has. */
  dottedName(): string {
    let name = this.name()
    while (this.accept('.')) name += `.${this.name()}`
    return name
  }

  expression(): ScriptValue {
    let left = this.#operand()
    for (;;) {
      const operator = this.#operator()
      if (operator === undefined) return left
      left = operate(operator, left, this.#operand())
    }
  }

  #operator(): string | undefined {
    const token = this.#tokens[this.#at]
    if (token?.kind !== 'symbol' || !"_+-*/=<>'&!".includes(token.text)) return undefined
    this.#at++
    if (token.text === "'" && this.accept('=')) return "'="
    if (token.text === '&' || token.text === '|') this.accept(token.text)
    return token.text
  }

  #operand(): ScriptValue {
    const token = this.#tokens[this.#at++]
    if (token?.kind === 'string') return token.text.slice(1, -1).replaceAll('""', '"')
    if (token?.kind === 'number') return Number(token.text)
    if (token?.kind === 'class') return this.#classCall()
    if (token?.text === '(') {
      const value = this.expression()
      this.expect(')')
      return value
    }
    if (token?.text === "'") return toNumber(this.#operand()) === 0 ? 1 : 0
    if (token?.text === '-') return -toNumber(this.#operand())
    if (token?.text === '+') return toNumber(this.#operand())
    if (token?.text === '.') return this.#operand()
    if (token?.kind === 'name') return this.#named(token.text)
    throw new ScriptError('<SYNTAX>')
  }

  #classCall(): ScriptValue {
    this.expect('(')
    const name = this.dottedName()
    this.expect(')')
    this.expect('.')
    const method = this.name()
    return callClass(this.#context, name, method, this.#list())
  }

  #named(name: string): ScriptValue {
    const lower = name.toLowerCase()
    if (lower === '$select' || lower === '$s') return this.#select()
    if (lower === '$system') {
      this.expect('.')
      const owner = this.name()
      this.expect('.')
      return callClass(this.#context, `%SYSTEM.${owner}`, this.name(), this.#list())
    }
    if (name.startsWith('$'))
      return callFunction(this.#context, lower, this.#tokens[this.#at]?.text === '(' ? this.#list() : [])
    const value = this.#context.variables.get(name)
    if (value === undefined) throw new ScriptError(`<UNDEFINED> *${name}`)
    return this.accept('.') ? this.#property(value) : value
  }

  #property(reference: ScriptValue): ScriptValue {
    const object = this.#context.objects.get(String(reference))
    if (!object) throw new ScriptError('<INVALID OREF>')
    const name = this.name()
    const value = object[name]
    if (value === undefined) throw new ScriptError(`<PROPERTY DOES NOT EXIST> *${name}`)
    return value
  }

  /** Passes over the arguments of a command that isn't carried out. */
  skipArguments(): void {
    while (!this.atEnd && this.#tokens[this.#at]?.kind !== 'space') this.#at++
  }

  /** `$Select(condition:value,…)`: what isn't chosen is evaluated all the same, which no constant script notices. */
  #select(): ScriptValue {
    this.expect('(')
    let chosen: ScriptValue | undefined
    do {
      const condition = this.expression()
      this.expect(':')
      const value = this.expression()
      if (chosen === undefined && toNumber(condition) !== 0) chosen = value
    } while (this.accept(','))
    this.expect(')')
    if (chosen === undefined) throw new ScriptError('<SELECT>')
    return chosen
  }

  #list(): ScriptValue[] {
    this.expect('(')
    const values: ScriptValue[] = []
    if (this.accept(')')) return values
    // An argument may be left out: `%ExecDirect(,sql)`.
    do values.push([',', ')'].includes(this.#tokens[this.#at]?.text ?? '') ? '' : this.expression())
    while (this.accept(','))
    this.expect(')')
    return values
  }
}

function operate(operator: string, left: ScriptValue, right: ScriptValue): ScriptValue {
  const [a, b] = [toNumber(left), toNumber(right)]
  if (operator === '_') return `${left}${right}`
  if (operator === '=') return Number(String(left) === String(right))
  if (operator === "'=") return Number(String(left) !== String(right))
  if (operator === '+') return a + b
  if (operator === '-') return a - b
  if (operator === '*') return a * b
  if (operator === '<') return Number(a < b)
  if (operator === '>') return Number(a > b)
  if (operator === '&') return Number(a !== 0 && b !== 0)
  if (operator === '!') return Number(a !== 0 || b !== 0)
  if (operator === '/' && b !== 0) return a / b
  throw new ScriptError(operator === '/' ? '<DIVIDE>' : '<SYNTAX>')
}
