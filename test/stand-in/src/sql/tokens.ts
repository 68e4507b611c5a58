/** A piece of an SQL text. White space and comments are gone; `gap` says whether there was any before it. */
export interface Token {
  readonly kind: 'word' | 'quoted' | 'string' | 'number' | 'parameter' | 'symbol'
  readonly text: string
  readonly gap: boolean
}

const PIECES =
  /(?<space>\s+|--[^\n]*|\/\*[\s\S]*?\*\/)|(?<string>'(?:[^']|'')*')|(?<quoted>"(?:[^"]|"")*")|(?<number>\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|(?<word>[%$A-Za-z_][\w@#$]*)|(?<parameter>\?)|(?<symbol>\|\||<>|<=|>=|!=|.)/gsu

/** Takes an SQL text apart. */
export function tokenize(sql: string): Token[] {
  const tokens: Token[] = []
  let gap = false
  for (const { 0: text, groups } of sql.matchAll(PIECES)) {
    if (groups?.space !== undefined) {
      gap = true
      continue
    }
    const kind = (['string', 'quoted', 'number', 'word', 'parameter'] as const).find(
      (one) => groups?.[one] !== undefined,
    )
    tokens.push({ kind: kind ?? 'symbol', text, gap })
    gap = false
  }
  return tokens
}

/** Whether the token is this keyword or symbol. */
export function is(token: Token | undefined, ...texts: readonly string[]): boolean {
  if (!token || token.kind === 'string' || token.kind === 'quoted') return false
  return texts.includes(token.text.toUpperCase())
}

export function symbol(text: string): Token {
  return { kind: 'symbol', text, gap: true }
}

/** A table's or column's name in double quotes. */
export function quote(name: string): Token {
  return { kind: 'quoted', text: `"${name.replaceAll('"', '""')}"`, gap: true }
}

/** What a word or a quoted name stands for. */
export function nameOf(token: Token): string {
  return token.kind === 'quoted' ? token.text.slice(1, -1).replaceAll('""', '"') : token.text
}

export function join(tokens: readonly Token[]): string {
  return tokens
    .map((token) => (token.gap ? ` ${token.text}` : token.text))
    .join('')
    .trim()
}
