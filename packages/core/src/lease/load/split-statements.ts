/**
 * Splits SQL text at the semicolons that end statements: not at those in strings, quoted names and comments. Comments
 * between statements go; what is left empty goes too.
 */
export function splitStatements(text: string): string[] {
  const statements: string[] = []
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
      if (content) statements.push(text.slice(start, at).trim())
      start = at + 1
      content = false
    } else if (/\S/.test(text[at] as string)) {
      content = true
    }
    at++
  }
  if (content) statements.push(text.slice(start).trim())
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
