/** Splits a command line as a shell would: quotes, backslashes, `&&` and `;` between commands. No expansion. */
export function splitCommands(line: string): string[][] {
  const commands: string[][] = [[]]
  const pieces = /\s+|&&|;|(?:'[^']*'|"(?:\\.|[^"\\])*"|\\.|[^\s'"\\;&])+|&/g
  for (const [piece] of line.matchAll(pieces)) {
    if (piece.trim() === '') continue
    if (piece === '&&' || piece === ';') commands.push([])
    else commands.at(-1)?.push(unquote(piece))
  }
  return commands.filter((command) => command.length > 0)
}

function unquote(word: string): string {
  return word.replace(
    /'([^']*)'|"((?:\\.|[^"\\])*)"|\\(.)/g,
    (_, single?: string, double?: string, escaped?: string) =>
      single ?? double?.replace(/\\(["\\$`])/g, '$1') ?? escaped ?? '',
  )
}
