import { readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import ts from 'typescript'
import { declaredFor, sourceFile } from './declared-texts.ts'

const ROOT = fileURLToPath(new URL('../..', import.meta.url))
const PAGE = join(ROOT, 'docs/errors.md')

/** What the generated part of the page begins with; it goes on to the page's end. */
const MARK = '<!-- What follows is written by test/docs/error-texts.ts -->\n'

/** One text of an error in the sources: what happened and why, and what to do. */
interface ErrorText {
  readonly code: string
  readonly message: string
  readonly hint: string | undefined
  /** Whether the hint has lines of which only some are told, as the case may be. */
  readonly chooses: boolean
}

/** The page with the texts of all errors as the sources have them now. */
export function withCurrentTexts(page: string): string {
  const [written = ''] = page.split(MARK)
  return `${written}${MARK}\n${errorTexts().map(asMarkdown).join('\n\n')}\n`
}

export function readErrorPage(): string {
  return readFileSync(PAGE, 'utf8')
}

/** Every text of every error, in the order of the codes. */
export function errorTexts(): ErrorText[] {
  const found = sourceFiles().flatMap((path) => textsOf(path))
  const unique = new Map(found.map((one) => [JSON.stringify(one), one]))
  return [...unique.values()].sort((one, other) => one.code.localeCompare(other.code, 'en'))
}

function sourceFiles(): string[] {
  const packages = join(ROOT, 'packages')
  return readdirSync(packages)
    .flatMap((name) =>
      readdirSync(join(packages, name, 'src'), { recursive: true, encoding: 'utf8' }).map((path) =>
        join(packages, name, 'src', path),
      ),
    )
    .filter((path) => path.endsWith('.ts') && !path.endsWith('.test.ts'))
    .sort()
}

function textsOf(path: string): ErrorText[] {
  const file = sourceFile(path)
  const texts: ErrorText[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isObjectLiteralExpression(node)) texts.push(...textsOfLiteral(node, file))
    node.forEachChild(visit)
  }
  visit(file)
  return texts
}

/** An error's literal has a code in capitals and a message; where either has alternatives, each is a text. */
function textsOfLiteral(node: ts.ObjectLiteralExpression, file: ts.SourceFile): ErrorText[] {
  const initializerOf = (name: string) =>
    node.properties.find(
      (one): one is ts.PropertyAssignment => ts.isPropertyAssignment(one) && one.name.getText(file) === name,
    )?.initializer
  const [code, message, hint] = ['code', 'message', 'hint'].map(initializerOf)
  if (!code || !message) return []
  return alternativesOf({ code, message, hint }, file).flatMap((one) => {
    const hints = one.hint ? hintsOf(one.hint, file) : []
    return variantsOf(one.code, file)
      .filter((text) => /^[A-Z]+(_[A-Z]+)*$/.test(text))
      .flatMap((known) =>
        variantsOf(one.message, file).map((text) => ({
          code: known,
          message: text,
          hint: linesOf(hints),
          chooses: hints.length > 1,
        })),
      )
  })
}

interface Parts {
  readonly code: ts.Expression
  readonly message: ts.Expression
  readonly hint: ts.Expression | undefined
}

/** One condition that several parts of an error have is decided once for all of them. */
function alternativesOf(parts: Parts, file: ts.SourceFile): Parts[] {
  const conditions = Object.values(parts).flatMap((one) =>
    one && ts.isConditionalExpression(one) ? [one.condition.getText(file)] : [],
  )
  const shared = conditions.find((one, at) => conditions.indexOf(one) !== at)
  if (shared === undefined) return [parts]
  const decided = (side: 'whenTrue' | 'whenFalse') => (one: ts.Expression) =>
    ts.isConditionalExpression(one) && one.condition.getText(file) === shared ? one[side] : one
  return (['whenTrue', 'whenFalse'] as const).flatMap((side) => {
    const { code, message, hint } = parts
    const on = decided(side)
    return alternativesOf({ code: on(code), message: on(message), hint: hint && on(hint) }, file)
  })
}

/** Every line of the hints once, in their order. */
function linesOf(hints: readonly string[]): string | undefined {
  return hints.length === 0 ? undefined : [...new Set(hints.flatMap((one) => one.split('\n')))].join('\n')
}

/** The hints that an expression can be, with those of the constants and functions that it is made of. */
function hintsOf(node: ts.Expression, file: ts.SourceFile, depth = 0): string[] {
  if (ts.isParenthesizedExpression(node)) return hintsOf(node.expression, file, depth)
  if (ts.isConditionalExpression(node))
    return [...hintsOf(node.whenTrue, file, depth), ...hintsOf(node.whenFalse, file, depth)]
  const choice = joinedChoice(node)
  if (choice) {
    const all = choice.flatMap((one) => hintsOf(one, file, depth)).join('\n')
    return [all, all]
  }
  const lines = joinedLines(node)
  if (lines)
    return combined(
      lines.map((line) => hintsOf(line, file, depth)),
      '\n',
    )
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map((span) =>
      hintsOf(span.expression, file, depth).map((text) => text + span.literal.text),
    )
    return combined([[node.head.text], ...spans], '')
  }
  const isCommand = node.getText(file) === 'cliCommand()'
  const declared = isCommand || depth > MOST_CALLS ? [] : declaredFor(node, file)
  const texts = declared.flatMap((one) => hintsOf(one.node, one.file, depth + 1)).filter((text) => text !== '')
  // A name or a word is told by what it is called; a text is told as it is.
  return texts.some((text) => /\w \w/.test(text.replaceAll(/<[^>]*>/g, ''))) ? texts : variantsOf(node, file)
}

const MOST_CALLS = 5
const MOST_COMBINATIONS = 200

/** One text of each, in all combinations. */
function combined(parts: readonly (readonly string[])[], separator: string): string[] {
  const all = parts.reduce<readonly string[]>(
    (texts, part, at) =>
      texts.flatMap((text) => part.map((one) => (at === 0 ? one : text + separator + one))).slice(0, MOST_COMBINATIONS),
    [''],
  )
  return [...all]
}

/** The texts that an expression can have, with a name in angle brackets for what is known only later. */
function variantsOf(node: ts.Node, file: ts.SourceFile): string[] {
  if (ts.isStringLiteralLike(node)) return [node.text]
  if (ts.isParenthesizedExpression(node)) return variantsOf(node.expression, file)
  if (ts.isConditionalExpression(node)) return [...variantsOf(node.whenTrue, file), ...variantsOf(node.whenFalse, file)]
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return variantsOf(node.body, file)
  if (ts.isTemplateExpression(node)) {
    const spans = node.templateSpans.map((span) => placeholder(span.expression, file) + span.literal.text)
    return [node.head.text + spans.join('')]
  }
  const lines = joinedLines(node)
  if (lines) return [lines.map((line) => variantsOf(line, file)[0]).join('\n')]
  return [ts.isExpression(node) ? placeholder(node, file) : '<…>']
}

/** The elements of `[…].join('\n')`. */
function joinedLines(node: ts.Node): readonly ts.Expression[] | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  if (name.text !== 'join' || !ts.isArrayLiteralExpression(expression)) return undefined
  return expression.elements.some(ts.isSpreadElement) ? undefined : expression.elements
}

/** The elements of `[…, ...(is ? [one] : []), ...all.map(() => one)].join('\\n')`, of which not each is always there. */
function joinedChoice(node: ts.Node): readonly ts.Expression[] | undefined {
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return undefined
  const { expression, name } = node.expression
  if (name.text !== 'join' || !ts.isArrayLiteralExpression(expression)) return undefined
  return expression.elements.some(ts.isSpreadElement) ? expression.elements.flatMap(elementsIn) : undefined
}

function elementsIn(node: ts.Expression): readonly ts.Expression[] {
  if (ts.isSpreadElement(node) || ts.isParenthesizedExpression(node)) return elementsIn(node.expression)
  if (ts.isArrayLiteralExpression(node)) return node.elements.flatMap(elementsIn)
  if (ts.isConditionalExpression(node)) return [...elementsIn(node.whenTrue), ...elementsIn(node.whenFalse)]
  if (ts.isCallExpression(node)) {
    const made = node.arguments.find(ts.isArrowFunction)?.body
    return made && !ts.isBlock(made) ? [made] : [node]
  }
  return [node]
}

function placeholder(node: ts.Expression, file: ts.SourceFile): string {
  if (node.getText(file) === 'cliCommand()') return 'npx @iris-devtester/cli'
  if (ts.isPropertyAccessExpression(node)) return `<${words(node.name.text)}>`
  if (ts.isCallExpression(node)) {
    const [first] = node.arguments
    if (first && (ts.isIdentifier(first) || ts.isPropertyAccessExpression(first))) return placeholder(first, file)
    return ts.isPropertyAccessExpression(node.expression) ? placeholder(node.expression.expression, file) : '<…>'
  }
  if (ts.isBinaryExpression(node)) return placeholder(node.left, file)
  if (ts.isAsExpression(node) || ts.isParenthesizedExpression(node)) return placeholder(node.expression, file)
  return ts.isIdentifier(node) ? `<${words(node.text)}>` : '<…>'
}

/** `projectPath` and `project_path` as `project path`. */
function words(name: string): string {
  return name.replaceAll('_', ' ').replaceAll(/(?<=[a-z])[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`)
}

function asMarkdown({ code, message, hint, chooses }: ErrorText): string {
  const lines = [
    message,
    ...(hint === undefined
      ? []
      : [
          '',
          chooses ? 'What to do, as the case may be:' : 'What to do:',
          ...hint.split('\n').map((one) => `  ${one}`),
        ]),
  ]
  return `\`${code}\`\n\n\`\`\`\n${lines.join('\n').trimEnd()}\n\`\`\``
}

if (process.argv[1] === fileURLToPath(import.meta.url)) writeFileSync(PAGE, withCurrentTexts(readErrorPage()))
