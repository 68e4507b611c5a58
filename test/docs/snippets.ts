import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))

/** `<!-- snippet: path/to/file.ts#region -->` and the code block that follows it. */
const SNIPPET = /(<!-- snippet: (\S+?)(?:#([\w-]+))? -->\n)```\w*\n[\s\S]*?```/g

/** The pages whose code blocks are cut out of files that tests run. */
export function documentationPages(): string[] {
  const pages = readdirSync(join(ROOT, 'docs'), { recursive: true, encoding: 'utf8' })
    .filter((path) => path.endsWith('.md'))
    .map((path) => join('docs', path))
  return ['README.md', ...pages]
}

/** The page's text with each snippet as its file has it now. */
export function withCurrentSnippets(page: string): string {
  return readPage(page).replaceAll(SNIPPET, (_, mark: string, path: string, region: string | undefined) => {
    const code = cut(path, region)
    return `${mark}\`\`\`${extname(path).slice(1)}\n${code}\n\`\`\``
  })
}

export function readPage(page: string): string {
  return readFileSync(join(ROOT, page), 'utf8')
}

/** Writes every page anew that has fallen behind. */
export function updatePages(): string[] {
  const behind = documentationPages().filter((page) => withCurrentSnippets(page) !== readPage(page))
  for (const page of behind) writeFileSync(join(ROOT, page), withCurrentSnippets(page))
  return behind
}

/** A file, or what stands between `#region name` and `#endregion` in it, moved to the left margin. */
function cut(path: string, region: string | undefined): string {
  const lines = readFileSync(join(ROOT, path), 'utf8').trimEnd().split('\n')
  if (region === undefined) return lines.join('\n')
  const start = lines.findIndex((line) => new RegExp(`#region ${region}\\b`).test(line))
  const end = lines.findIndex((line, at) => at > start && line.includes('#endregion'))
  if (start < 0 || end < 0) throw new Error(`${path} has no region ${region}`)
  const inner = lines
    .slice(start + 1, end)
    .join('\n')
    .replaceAll(/^\n+|\n+$/g, '')
    .split('\n')
  const margin = Math.min(...inner.filter((line) => line.trim() !== '').map((line) => line.search(/\S/)))
  return inner.map((line) => line.slice(margin)).join('\n')
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  for (const page of updatePages()) console.log(`updated ${page}`)
}
