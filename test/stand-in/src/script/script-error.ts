/** An ObjectScript error, in the form a terminal shows it: `<CLASS DOES NOT EXIST> *No.Such`. */
export class ScriptError extends Error {
  override readonly name = 'ScriptError'
}

/** Thrown by `Quit value`, to leave a method with its value. */
export class QuitSignal {
  readonly value: ScriptValue

  constructor(value: ScriptValue) {
    this.value = value
  }
}

export type ScriptValue = string | number

/** ObjectScript reads a text as the number it begins with. */
export function toNumber(value: ScriptValue): number {
  return typeof value === 'number' ? value : Number(/^[+-]?\d*\.?\d*/.exec(value)?.[0] || 0)
}

/** A `%Status`: 1, or a text that begins with `0 `. */
export function failure(...errors: readonly string[]): string {
  return `0 ${errors.join('\r\n')}`
}
