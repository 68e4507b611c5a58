/**
 * The statement with the inside of its strings, quoted names and comments as blanks, so that what is left is the
 * statement's own words and every place stays the same.
 */
export function blankLiterals(sql: string): string {
  return sql.replace(/'(?:[^']|'')*'?|"(?:[^"]|"")*"?|--[^\n]*|\/\*[\s\S]*?(?:\*\/|$)/g, (found) => {
    const quote = found[0] as string
    if (quote !== "'" && quote !== '"') return found.replace(/[^\n]/g, ' ')
    const closed = found.length > 1 && found.endsWith(quote)
    const inside = found.slice(1, closed ? -1 : undefined)
    return quote + inside.replace(/[^\n]/g, ' ') + (closed ? quote : '')
  })
}
