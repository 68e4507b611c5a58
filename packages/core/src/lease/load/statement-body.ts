/** Statements that may hold others, or code of another language. */
const DEFINITION = /(?:CREATE(?:\s+OR\s+REPLACE)?|ALTER)\s+(?:TRIGGER|PROC|PROCEDURE|FUNCTION|METHOD|QUERY)\b/iy
const WORD = /[%A-Za-z_][\w%]*/y

/** Code of a body in braces: what hides a brace. In ObjectScript a single quote is an operator. */
const OBJECTSCRIPT = /"(?:[^"]|"")*"?|\/\*[\s\S]*?(?:\*\/|$)|(?:\/\/|;)[^\n]*|[{}]/g
const PYTHON = /'''[\s\S]*?(?:'''|$)|"""[\s\S]*?(?:"""|$)|"(?:\\.|[^"\\\n])*"?|'(?:\\.|[^'\\\n])*'?|#[^\n]*|[{}]/g

/** Follows the body of a trigger, procedure or function, in which semicolons end nothing. */
export class StatementBody {
  #depth = 0
  readonly #text: string
  readonly #isDefinition: boolean

  /** @param start where the statement begins. */
  constructor(text: string, start: number) {
    this.#text = text
    DEFINITION.lastIndex = start
    this.#isDefinition = DEFINITION.test(text)
  }

  /** Whether what comes next is in `BEGIN … END`. */
  get isOpen(): boolean {
    return this.#depth > 0
  }

  /** The position behind the code in braces or the word that begins here; the same position when there is none to follow. */
  skip(at: number): number {
    if (!this.#isDefinition) return at
    if (this.#text[at] === '{') return this.#behindBraces(at)
    WORD.lastIndex = at
    const [word] = WORD.exec(this.#text) ?? []
    if (word === undefined) return at
    if (/^BEGIN$/i.test(word) || (this.isOpen && /^CASE$/i.test(word))) this.#depth += 1
    if (this.isOpen && /^END$/i.test(word)) this.#depth -= 1
    return at + word.length
  }

  #behindBraces(open: number): number {
    const isPython = /\bLANGUAGE\s+PYTHON\s*$/i.test(this.#text.slice(Math.max(0, open - 100), open))
    let depth = 0
    for (const { 0: piece, index } of this.#text.slice(open).matchAll(isPython ? PYTHON : OBJECTSCRIPT)) {
      if (piece === '{') depth += 1
      if (piece === '}') depth -= 1
      if (depth === 0) return open + index + 1
    }
    return this.#text.length
  }
}
