/** A result column as SQLite describes it. */
export interface ResultColumn {
  /** The table's column it shows; `null` for anything computed. */
  readonly column: string | null
  readonly name: string
}

/** The names IRIS gives: a column's own or its alias, `Aggregate_n`, `HostVar_n` for a literal, `Expression_n`. */
export function columnNames(columns: readonly ResultColumn[]): string[] {
  return columns.map(({ column, name }, at) => {
    if (name.toLowerCase() === 'rowid') return 'ID'
    if (column !== null || /^[%A-Za-z_][\w%]*$/.test(name)) return name
    if (/^(COUNT|SUM|AVG|MIN|MAX)\s*\([^()]*\)$/i.test(name)) return `Aggregate_${at + 1}`
    if (/^('.*'|-?\d+(\.\d+)?|\?\d*)$/s.test(name)) return `HostVar_${at + 1}`
    return `Expression_${at + 1}`
  })
}
