/** One statement of a file. */
export interface Statement {
  readonly text: string
  /** The line that it begins in, counted from 1. */
  readonly line: number
}

/**
 * Splits SQL text at the semicolons that end statements: not at those in strings, quoted names and comments. Comments
 * between statements go; what is left empty goes too.
 */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = []
  const add = (from: number, to: number) => {
    const statement = text.slice(from, to)
    const begin = from + statement.search(/\S/)
    statements.push({ text: statement.trim(), line: text.slice(0, begin).split('\n').length })
  }
  let start = 0
  let content = false
  for (let at = 0; at < text.length; ) {
    const skipped = skip(text, at)
    if (skipped > at) {
      if (text[at] === "'" || text[at] === '"') content = true
      else if (!content) start = skipped
      at = skipped
      continue
    }
    if (text[at] === ';') {
      if (content) add(start, at)
      start = at + 1
      content = false
    } else if (/\S/.test(text[at] as string)) {
      content = true
    }
    at++
  }
  if (content) add(start, text.length)
  return statements
}

/** The position behind the string, quoted name or comment that begins here; the same position when none does. */
function skip(text: string, at: number): number {
  const two = text.slice(at, at + 2)
  if (two === '--') return after(text, '\n', at)
  if (two === '/*') return after(text, '*/', at + 2)
  const quote = text[at]
  if (quote !== "'" && quote !== '"') return at
  let end = after(text, quote, at + 1)
  // A doubled quote stands for itself: the text goes on behind it.
  while (text[end] === quote) end = after(text, quote, end + 1)
  return end
}

function after(text: string, end: string, from: number): number {
  const found = text.indexOf(end, from)
  return found < 0 ? text.length : found + end.length
}
