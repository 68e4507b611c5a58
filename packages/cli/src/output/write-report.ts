import type { Report } from '../program/report.ts'

/** Results go to standard output, notes to standard error, so that a pipe carries results alone. */
export async function writeReport({ json, text, note }: Report, wantsJson: boolean): Promise<void> {
  if (wantsJson) {
    process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`)
    return
  }
  // Names and values are other people's: a folder's, a column's.
  const { printableText } = await import('@iris-devtester/core/ports')
  if (text !== '') process.stdout.write(`${printableText(text)}\n`)
  if (note !== undefined) process.stderr.write(`${printableText(note)}\n`)
}
