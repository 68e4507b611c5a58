/** The most that is sent, in characters. */
const MAX_CHARACTERS = 15_000

/** The last lines, as many as fit; of a line that alone is too long its end. */
export function logTail(lines: readonly string[]): { readonly lines: readonly string[]; readonly isCut: boolean } {
  const text = lines.join('\n')
  if (text.length <= MAX_CHARACTERS) return { lines, isCut: false }
  const end = text.slice(-MAX_CHARACTERS)
  const lineStart = end.indexOf('\n')
  return { lines: end.slice(lineStart + 1).split('\n'), isCut: true }
}
