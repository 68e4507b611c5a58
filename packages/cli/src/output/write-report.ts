import type { Report } from '../program/report.ts'

/** Results go to standard output, notes to standard error, so that a pipe carries results alone. */
export function writeReport({ json, text, note }: Report, wantsJson: boolean): void {
  if (wantsJson) {
    process.stdout.write(`${JSON.stringify(json, undefined, 2)}\n`)
    return
  }
  if (text !== '') process.stdout.write(`${text}\n`)
  if (note !== undefined) process.stderr.write(`${note}\n`)
}
