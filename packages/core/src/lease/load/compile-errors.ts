import { documentName } from '../../connection/document-name.ts'
import { placeIn, type Source } from './source.ts'

/** One thing that the compiler has found. */
export interface CompileError {
  readonly path: string
  /** Counted from 1, where IRIS names the place. */
  readonly line?: number
  readonly column?: number
  /** The place, and the compiler's words. */
  readonly text: string
}

/** `ERROR: Demo.Bad.cls(Run+2) #1026: Invalid command : 'foo' : Offset:5 [zRun+2^Demo.Bad.1]` */
const ERROR = /^\s*ERROR:?\s+([%\w.]+\.(?:cls|mac|int|inc))\(([^)]*)\)\s*:?\s*(.*)$/i

/**
 * What the compiler says, with the places in the user's files. IRIS names a line by the method it is in and the lines from
 * its opening brace.
 */
export function compileErrors(
  { console = [], summary = '' }: { readonly console?: unknown; readonly summary?: unknown },
  sources: readonly Source[],
): CompileError[] {
  const byName = new Map(
    sources.map((source) => [documentName(source.path, source.content).toUpperCase(), source] as const),
  )
  const lines = [...(console as string[]), ...String(summary).split(/\r?\n/)]
  const found = new Map<string, CompileError>()
  for (const line of lines) {
    const [, document = '', place = '', words = ''] = ERROR.exec(line) ?? []
    const source = byName.get(document.toUpperCase())
    if (!source) continue
    const error = located(source, place, words.trim())
    found.set(error.text, error)
  }
  return [...found.values()]
}

function located({ path, content }: Source, place: string, words: string): CompileError {
  const line = lineOf(content, place)
  const offset = /\bOffset:\s*(\d+)/i.exec(words)?.[1]
  const column = line === undefined || offset === undefined ? undefined : Number(offset)
  const said = words.replace(/\s*:?\s*Offset:\s*\d+.*$/i, '')
  const at = line === undefined ? path : placeIn(path, line, column)
  return {
    path,
    ...(line === undefined ? {} : { line }),
    ...(column === undefined ? {} : { column }),
    text: `${at}: ${said}${line === undefined && place !== '' ? ` (in ${place})` : ''}`,
  }
}

/** The line of `7`, `Run` or `Run+2` in a file's text. */
function lineOf(content: string, place: string): number | undefined {
  const [, label, more] = /^(%?[A-Za-z]\w*)?\+?(\d+)?$/.exec(place.trim()) ?? []
  if (label === undefined) return more === undefined ? undefined : Number(more)
  const lines = content.split(/\r?\n/)
  const member = new RegExp(`^\\s*(?:Class)?(?:Method|Query|Trigger|Property|Parameter|Index)\\s+"?${label}\\b`, 'i')
  const head = lines.findIndex((line) => member.test(line))
  if (head >= 0) {
    const brace = lines.findIndex((line, at) => at >= head && /\{\s*$/.test(line))
    return more === undefined || brace < 0 ? head + 1 : brace + 1 + Number(more)
  }
  const inRoutine = lines.findIndex((line) => new RegExp(`^${label}\\b`).test(line))
  return inRoutine < 0 ? undefined : inRoutine + 1 + Number(more ?? 0)
}
