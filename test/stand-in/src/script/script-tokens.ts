import { ScriptError } from './script-error.ts'

/** A piece of a line of ObjectScript. */
export interface ScriptToken {
  readonly kind: 'string' | 'number' | 'name' | 'class' | 'symbol' | 'space'
  readonly text: string
}

const PIECES =
  /(?<string>"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?)|(?<class>##class)|(?<name>\$\$\$\w+|\$?[%A-Za-z][A-Za-z\d]*)|(?<space>\s+)|(?<symbol>_|[^\w\s"])/giu

/**
 * Takes one line apart.
 *
 * @throws ScriptError `<SYNTAX>` for what is none, such as an open string.
 */
export function scriptTokens(line: string): ScriptToken[] {
  const tokens: ScriptToken[] = []
  let end = 0
  for (const match of line.matchAll(PIECES)) {
    if (match.index !== end) break
    end += match[0].length
    const groups = match.groups ?? {}
    const kind = (['string', 'number', 'class', 'name', 'space'] as const).find((one) => groups[one] !== undefined)
    tokens.push({ kind: kind ?? 'symbol', text: match[0] })
  }
  if (end !== line.length) throw new ScriptError('<SYNTAX>')
  return tokens
}
