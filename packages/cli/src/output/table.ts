import CliTable from 'cli-table3'
import { fitRows, terminalWidth } from '../program/fit-width.ts'
import { style } from './style.ts'

const NO_LINES = {
  top: '',
  'top-mid': '',
  'top-left': '',
  'top-right': '',
  bottom: '',
  'bottom-mid': '',
  'bottom-left': '',
  'bottom-right': '',
  left: '',
  'left-mid': '',
  mid: '',
  'mid-mid': '',
  right: '',
  'right-mid': '',
  middle: '  ',
}

/** Columns under a heading, without lines: fit for eyes and for `awk`. On a terminal they are cut to its width. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  const [headings = [], ...cells] = fitRows([head, ...rows.map((row) => row.map(String))], terminalWidth())
  lines.push(
    headings.map((word) => style('bold', word)),
    ...cells,
  )
  return trimEnds(lines.toString())
}

/** `name  value` lines; those without a value are left out. */
export function facts(lines: readonly (readonly [name: string, value: string | number | undefined])[]): string {
  const known = lines.filter(([, value]) => value !== undefined && value !== '')
  const width = Math.max(0, ...known.map(([name]) => name.length))
  return known.map(([name, value]) => `${style('dim', name.padEnd(width))}  ${value}`).join('\n')
}

function trimEnds(text: string): string {
  return text
    .split('\n')
    .map((line) => line.trimEnd())
    .join('\n')
}
