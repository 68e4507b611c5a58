import CliTable from 'cli-table3'
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

/** Columns under a heading, without lines: fit for eyes and for `awk`. */
export function table(head: readonly string[], rows: readonly (readonly (string | number)[])[]): string {
  const lines = new CliTable({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': 0, head: [], border: [], compact: true },
  })
  lines.push(
    head.map((word) => style('bold', word)),
    ...rows.map((row) => row.map(String)),
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
