type Cell = string | number

/** Lines up rows under their headings, two spaces between columns; columns of numbers go to the right. */
export function formatTable(headings: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const columns = headings.map((heading, index) => {
    const cells = rows.map((row) => row[index] ?? '')
    const width = Math.max(...[heading, ...cells].map((cell) => String(cell).length))
    return { width, numeric: cells.some((cell) => typeof cell === 'number') }
  })
  const line = (cells: readonly Cell[]) =>
    columns
      .map(({ width, numeric }, index) => {
        const cell = String(cells[index] ?? '')
        return numeric ? cell.padStart(width) : cell.padEnd(width)
      })
      .join('  ')
      .trimEnd()
  return [headings, columns.map(({ width }) => '─'.repeat(width)), ...rows].map(line).join('\n')
}
