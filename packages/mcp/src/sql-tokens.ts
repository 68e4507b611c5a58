/** Everything a statement may be made of here; what comes first wins. */
const TOKEN =
  /[ \t\r\n]+|'(?:[^']|'')*'|"(?:[^"]|"")*"|[%\p{L}_][\p{L}\p{N}_%]*|\$[\p{L}][\p{L}\p{N}_]*|\d+(?:\.\d*)?(?:[eE][+-]?\d+)?|\.\d+|->|\|\||<=|>=|<>|!=|[-+*/\\#=<>(),.?[\]]/uy

/** What may begin a comment, a directive or a second statement, however the text around it is read. */
const FORBIDDEN: readonly (readonly [RegExp, string])[] = [
  [/^--|^\/\*|^\*\/|^\/\/|^##|^#;/, 'it contains a comment'],
  [/^;/, 'it contains more than one statement, or a semicolon'],
  [/^#\p{L}/u, 'it contains a directive'],
  [/^['"]/, 'a quotation has no end'],
  [/^:/, 'it contains a host variable'],
]

/**
 * The parts of a statement, without the space between them; or why it can't be taken apart, as the end of a sentence. What
 * isn't known to be harmless, such as a backquote or a brace, is not taken apart.
 */
export function sqlTokens(statement: string): readonly string[] | string {
  const tokens: string[] = []
  for (let at = 0; at < statement.length; ) {
    const rest = statement.slice(at, at + 3)
    const problem = FORBIDDEN.find(([pattern]) => pattern.test(rest) && !(/^['"]/.test(rest) && matchAt(statement, at)))
    if (problem) return problem[1]
    const token = matchAt(statement, at)
    if (token === undefined)
      return `it contains ${JSON.stringify(String.fromCodePoint(statement.codePointAt(at) ?? 0))}`
    at += token.length
    if (token.trim() !== '') tokens.push(token)
  }
  return tokens
}

function matchAt(statement: string, at: number): string | undefined {
  TOKEN.lastIndex = at
  return TOKEN.exec(statement)?.[0]
}
