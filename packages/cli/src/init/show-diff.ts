import { createTwoFilesPatch } from 'diff'
import { style } from '../output/style.ts'
import type { SetupEdit } from './runner-setup.ts'

/** The edit as a unified diff, which `patch` would take. Empty when nothing changes. */
export function diffOf({ before, after }: Pick<SetupEdit, 'before' | 'after'>, name: string): string {
  if (before === after) return ''
  const from = before === '' ? '/dev/null' : `a/${name}`
  const patch = createTwoFilesPatch(from, `b/${name}`, before, after, undefined, undefined, { context: 3 })
  return patch.replace(/^=+\n/, '').trimEnd()
}

/** The same with its lines coloured for a terminal. */
export function colouredDiff(diff: string): string {
  return diff
    .split('\n')
    .map((line) => {
      if (/^(---|\+\+\+) /.test(line)) return style('bold', line)
      if (line.startsWith('@@')) return style('cyan', line)
      if (line.startsWith('+')) return style('green', line)
      return line.startsWith('-') ? style('red', line) : line
    })
    .join('\n')
}
