import { printableName } from './printable.ts'

/** Text as one word of a shell's command line, for commands that people copy out of a message. */
export function shellWord(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  if (/[\u0000-\u001f\u007f]/.test(text)) return `$'${printableName(text.replaceAll(/['\\]/g, String.raw`\$&`))}'`
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", String.raw`'\''`)}'`
}
