import { styleText } from 'node:util'

/** Colours for a terminal; plain text for a file or a pipe, and where `NO_COLOR` is set. */
export function style(
  format: 'bold' | 'cyan' | 'dim' | 'green' | 'red' | 'yellow',
  text: string,
  stream: NodeJS.WriteStream = process.stdout,
): string {
  return styleText(format, text, { stream })
}
