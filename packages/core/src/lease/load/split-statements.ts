import { StatementBody } from './statement-body.ts'

/** One statement of a file. */
export interface Statement {
  readonly text: string
  /** The line that it begins in, counted from 1. */
  readonly line: number
}

/**
 * Splits SQL text at the semicolons that end statements: not at those in strings, quoted names, comments, and the bodies of
 * triggers and procedures. Comments between statements go; what is left empty goes too.
 */
export function splitStatements(text: string): Statement[] {
  const statements: Statement[] = []
  const lineOf = lineCounter(text)
  /** Where the statement begins; `undefined` between statements. */
  let begin: number | undefined
  let body: StatementBody | undefined
  const end = (at: number) => {
    if (begin !== undefined) statements.push({ text: text.slice(begin, at).trimEnd(), line: lineOf(begin) })
    begin = undefined
    body = undefined
  }
  for (let at = 0; at < text.length; ) {
    const isComment = text.startsWith('--', at) || text.startsWith('/*', at)
    if (begin === undefined && !isComment && /[^\s;]/.test(text[at] as string)) {
      begin = at
      body = new StatementBody(text, at)
    }
    const skipped = skip(text, at)
    const next = skipped > at || !body ? skipped : body.skip(at)
    if (next > at) {
      at = next
      continue
    }
    if (text[at] === ';' && !body?.isOpen) end(at)
    at++
  }
  end(text.length)
  return statements
}

/** Says in which line a position is; the positions have to be asked for in their order. */
function lineCounter(text: string): (at: number) => number {
  let line = 1
  let counted = 0
  return (at) => {
    for (;;) {
      const end = text.indexOf('\n', counted)
      if (end < 0 || end >= at) return line
      line += 1
      counted = end + 1
    }
  }
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
