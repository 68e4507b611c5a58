import { loadFailed, placeIn } from './source.ts'

/** How a file begins that says it is UTF-16: as spreadsheets and some database tools write it. */
const UTF16 = [
  { mark: Buffer.from([0xff, 0xfe]), encoding: 'utf-16le' },
  { mark: Buffer.from([0xfe, 0xff]), encoding: 'utf-16be' },
] as const

/**
 * The text of a file, without a byte order mark: UTF-8, or UTF-16 where the mark says so.
 *
 * @throws LeaseError `LOAD_FAILED` for a file in another encoding, whose letters would come into IRIS as others.
 */
export function sourceText(path: string, bytes: Buffer): string {
  const { encoding = 'utf-8' } = UTF16.find(({ mark }) => bytes.subarray(0, mark.length).equals(mark)) ?? {}
  const text = decoded(bytes, encoding)
  if (text !== undefined) return text
  const line = undecodableLine(bytes, encoding)
  throw loadFailed(
    `${placeIn(path, line)}: The file is not ${encoding.toUpperCase()} text. Save it as UTF-8: otherwise letters would come into IRIS as others.`,
    { path, line },
  )
}

function decoded(bytes: Uint8Array, encoding: string): string | undefined {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    // It is no such text, which the caller tells with its place.
    return undefined
  }
}

/** Counted from 1. */
function undecodableLine(bytes: Buffer, encoding: string): number {
  if (encoding !== 'utf-8') return 1
  let line = 1
  for (let start = 0; ; line++) {
    const end = bytes.indexOf('\n', start)
    if (end < 0 || decoded(bytes.subarray(start, end), encoding) === undefined) return line
    start = end + 1
  }
}
