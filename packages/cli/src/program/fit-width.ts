const SHORTEST = 8

/** How many columns the terminal has that standard output is; `undefined` for a file or a pipe, where nothing is cut. */
export function terminalWidth({ isTTY, columns }: NodeJS.WriteStream = process.stdout): number | undefined {
  return isTTY && columns > 0 ? columns : undefined
}

/**
 * Rows whose columns, two spaces between them, fit into the width: the widest column is cut until they do. Of a path the
 * end is kept, of anything else the beginning.
 */
export function fitRows(rows: readonly (readonly string[])[], width: number | undefined): string[][] {
  if (width === undefined) return rows.map((row) => [...row])
  const widths: number[] = []
  for (const row of rows)
    row.forEach((cell, at) => {
      widths[at] = Math.max(widths[at] ?? 0, cell.length)
    })
  const total = () => widths.reduce((sum, one) => sum + one, 2 * (widths.length - 1))
  for (let widest = Math.max(...widths); total() > width && widest > SHORTEST; widest = Math.max(...widths)) {
    widths[widths.indexOf(widest)] = widest - 1
  }
  return rows.map((row) => row.map((cell, at) => shorten(cell, widths[at] ?? 0)))
}

/** A sentence in lines that fit into the width, each behind the indent. */
export function wrapWords(text: string, width: number | undefined, indent: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const line = lines.at(-1) ?? ''
    const longer = line === '' ? word : `${line} ${word}`
    if (line !== '' && width !== undefined && indent.length + longer.length > width) lines.push(word)
    else lines[lines.length - 1] = longer
  }
  return lines.map((line) => indent + line).join('\n')
}

function shorten(cell: string, width: number): string {
  if (cell.length <= width) return cell
  return cell.startsWith('/') ? `…${cell.slice(cell.length - width + 1)}` : `${cell.slice(0, width - 1)}…`
}
