import type { StatementRecord } from './statement-record.ts'

/**
 * Statements as lines for people, the oldest first: how long each took, and why it failed.
 *
 * @param most how many of the last ones. Default: all.
 * @returns nothing where there are none.
 */
export function describeStatements(records: readonly StatementRecord[], most: number = records.length): string {
  if (records.length === 0) return ''
  const last = records.toSorted((one, other) => one.at - other.at).slice(-most)
  const namespaces = new Set(last.map(({ namespace }) => namespace))
  const [only] = namespaces
  const where = namespaces.size === 1 ? ` in ${only}` : ''
  const width = Math.max(...last.map(({ milliseconds }) => duration(milliseconds).length))
  const lines = last.map(({ namespace, text, milliseconds, error }) => {
    const named = namespaces.size === 1 ? '' : `${namespace}  `
    return `  ${duration(milliseconds).padStart(width)}  ${named}${text}${error === undefined ? '' : `\n  ${''.padStart(width)}  → ${error}`}`
  })
  return [`IRIS statements  the test's last ${last.length === 1 ? 'one' : last.length}${where}:`, ...lines].join('\n')
}

function duration(milliseconds: number): string {
  return `${Math.round(milliseconds)} ms`
}
