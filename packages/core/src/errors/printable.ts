// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const CONTROLS = /[\u0000-\u001f\u007f-\u009f]/g
// biome-ignore lint/suspicious/noControlCharactersInRegex: the first alternative is a colour or style of a terminal.
const CONTROLS_IN_TEXT = /\u001b\[[\d;]*m|[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/g

/**
 * A name that somebody else gave, such as a folder's, on one line: control characters, which would steer the terminal that
 * shows it, become escapes such as `\x1b`.
 */
export function printableName(name: string): string {
  return name.replaceAll(CONTROLS, escaped)
}

/** The same for a whole text, whose lines, tabs and colours stay. */
export function printableText(text: string): string {
  return text
    .replaceAll('\r\n', '\n')
    .replaceAll(CONTROLS_IN_TEXT, (match) => (match.length > 1 ? match : escaped(match)))
}

function escaped(character: string): string {
  return `\\x${character.charCodeAt(0).toString(16).padStart(2, '0')}`
}
