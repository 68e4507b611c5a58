// Draws what the demonstration prints: node test/demo/main.ts | node test/docs/picture.ts > docs/demo.svg
import { text } from 'node:stream/consumers'

const LINE = 18
const CHARACTER = 7.85
const MARGIN = 20

/** Text as a picture of a terminal. */
export function drawTerminal(output: string): string {
  const lines = output.trim().split('\n')
  const width = Math.ceil(Math.max(...lines.map((line) => line.length)) * CHARACTER) + 2 * MARGIN
  const height = lines.length * LINE + 2 * MARGIN
  const rows = lines.map(
    (line, index) =>
      `<text x="${MARGIN}" y="${MARGIN + (index + 0.75) * LINE}" fill="${colour(line)}" xml:space="preserve">${escaped(line)}</text>`,
  )
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="ui-monospace, SFMono-Regular, Menlo, Consolas, monospace" font-size="13">
<rect width="${width}" height="${height}" rx="8" fill="#0d1117"/>
${rows.join('\n')}
</svg>
`
}

function colour(line: string): string {
  if (line.startsWith('✓')) return '#3fb950'
  if (/^\s+\S+\s+│/.test(line)) return '#8b949e'
  return line.endsWith(':') ? '#58a6ff' : '#e6edf3'
}

function escaped(line: string): string {
  return line.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}

if (process.argv[1] === import.meta.filename) process.stdout.write(drawTerminal(await text(process.stdin)))
