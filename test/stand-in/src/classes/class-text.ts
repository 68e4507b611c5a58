/** A method found in a class's text. */
export interface Method {
  readonly name: string
  readonly classMethod: boolean
  readonly parameters: readonly string[]
  readonly body: readonly string[]
}

/** What a class's text (UDL) declares. */
export interface ClassText {
  readonly name: string
  readonly superclasses: readonly string[]
  /** From property name to type. */
  readonly properties: Readonly<Record<string, string>>
  readonly methods: readonly Method[]
  /** What keeps it from being compiled. */
  readonly errors: readonly string[]
}

/** Reads a class's text, as far as the obvious goes: its head, properties, methods, and braces that match. */
export function parseClass(document: string, lines: readonly string[]): ClassText {
  const text = blankOut(lines.join('\n'))
  const expected = document.replace(/\.cls$/i, '')
  const errors: string[] = []
  const head = /^[ \t]*Class\s+([%\w.]+)(?:\s+Extends\s+(\([^)]*\)|[%\w.]+))?/im.exec(text)
  if (!head)
    errors.push(
      `ERROR #5559: The class definition for class '${expected}' could not be parsed correctly: no class head`,
    )
  else if (head[1] !== expected)
    errors.push(`ERROR #5123: The class name '${head[1]}' is not the document's '${expected}'`)
  const balance = [...text].reduce((depth, sign) => depth + (sign === '{' ? 1 : sign === '}' ? -1 : 0), 0)
  if (balance !== 0) {
    const missing = balance > 0 ? '}' : '{'
    errors.push(
      `ERROR #5559: The class definition for class '${expected}' could not be parsed correctly: '${missing}' is missing`,
    )
  }
  const methods = findMethods(text, lines.join('\n'), expected, errors)
  const properties: Record<string, string> = {}
  for (const [, name, type] of text.matchAll(/^[ \t]*Property\s+(\w+)(?:\s+As\s+([%\w.]+))?/gim)) {
    if (name) properties[name] = type ?? '%String'
  }
  return {
    name: head?.[1] ?? expected,
    superclasses: (head?.[2] ?? '')
      .replace(/[()]/g, '')
      .split(',')
      .map((one) => one.trim())
      .filter(Boolean),
    properties,
    methods,
    errors,
  }
}

function findMethods(text: string, original: string, name: string, errors: string[]): Method[] {
  const methods: Method[] = []
  for (const match of text.matchAll(/^[ \t]*(ClassMethod|Method)\s+(\w+)\s*\(/gim)) {
    const [whole, kind = '', method = ''] = match
    const signature = bracketed(text, match.index + whole.length - 1)
    const after = text.slice(match.index + whole.length + signature.length + 1)
    const opening = /^(?:\s*As\s+[%\w.]+(?:\([^)]*\))?)?(?:\s*\[[^\]]*\])?\s*\{/i.exec(after)
    if (!opening) {
      errors.push(`ERROR: ${name}.cls(${method}) #5559: '{' expected after the head of method '${method}'`)
      continue
    }
    const start = match.index + whole.length + signature.length + 1 + opening[0].length
    const block = original.slice(start, start + blockLength(text.slice(start)))
    errors.push(...invalidCommands(name, method, block))
    methods.push({
      name: method,
      classMethod: kind.toLowerCase() === 'classmethod',
      parameters: [...signature.matchAll(/(?:^|,)\s*(?:ByRef\s+|Output\s+|&|\*)?(\w+)/gi)].map(([, one]) => one ?? ''),
      body: block
        .split('\n')
        .map((line) => line.trim())
        .filter(Boolean),
    })
  }
  return methods
}

const COMMANDS = new Set(
  `SET S WRITE W DO D QUIT Q RETURN RET IF I ELSE E ELSEIF FOR F WHILE KILL K NEW N TRY CATCH THROW TSTART TS TCOMMIT TC TROLLBACK
  TRO LOCK L OPEN O USE U CLOSE C READ R HALT H HANG JOB J MERGE M XECUTE X BREAK B CONTINUE ZN ZWRITE ZW VIEW V`.split(
    /\s+/,
  ),
)

/** Lines that begin with a word that is no command, as the compiler names them. */
function invalidCommands(name: string, method: string, block: string): string[] {
  return block.split('\n').flatMap((line, at) => {
    const [, indent = '', word = ''] = /^(\s*)([A-Za-z]\w*)/.exec(line) ?? []
    if (word === '' || COMMANDS.has(word.toUpperCase())) return []
    const place = `${method}+${at}`
    return [
      `ERROR: ${name}.cls(${place}) #1026: Invalid command : '${word}' : Offset:${indent.length + word.length} [z${place}^${name}.1]`,
    ]
  })
}

/** What stands between the parenthesis at `open` and its partner. */
function bracketed(text: string, open: number): string {
  let depth = 0
  for (let at = open; at < text.length; at++) {
    if (text[at] === '(') depth++
    if (text[at] === ')' && --depth === 0) return text.slice(open + 1, at)
  }
  return text.slice(open + 1)
}

function blockLength(text: string): number {
  let depth = 1
  for (let at = 0; at < text.length; at++) {
    if (text[at] === '{') depth++
    if (text[at] === '}' && --depth === 0) return at
  }
  return text.length
}

/** The text with every sign of its comments and strings as a blank, so that places stay the same. */
function blankOut(text: string): string {
  return text.replace(/"(?:[^"\n]|"")*"|\/\*[\s\S]*?\*\/|\/\/[^\n]*/g, (found) => found.replace(/[^\n]/g, ' '))
}
