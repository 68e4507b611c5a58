import { parseModule } from 'magicast'
import { addVitePlugin } from 'magicast/helpers'
import { printModule } from './print-module.ts'

const PACKAGE = '@iris-devtester/vitest'

/**
 * Adds the plugin to a Vite or Vitest configuration that exports an object, `defineConfig({…})`, `mergeConfig(other, {…})`,
 * a variable of that, or a function whose result is written as one of them.
 */
export function editVitest(source: string): string | undefined {
  const exported = defaultExport(source)
  if (exported && !isPlainObject(exported)) return editResult(source, objectOf(exported))
  const module = parseModule(source)
  addVitePlugin(module, { from: PACKAGE, imported: 'iris', constructor: 'iris' })
  const edited = printModule(module, source)
  // A variable from elsewhere, for one, is silently left as it is.
  return /\biris\(\)/.test(edited) ? edited : undefined
}

/** What is read of a node of the syntax tree. */
interface SyntaxNode {
  readonly type: string
  readonly start?: number | null
  readonly end?: number | null
  readonly declaration?: SyntaxNode
  readonly callee?: { readonly name?: string }
  readonly expression?: SyntaxNode
  readonly arguments?: readonly SyntaxNode[]
  readonly argument?: SyntaxNode | null
  readonly body?: SyntaxNode | readonly SyntaxNode[]
  readonly properties?: readonly SyntaxNode[]
  readonly elements?: readonly SyntaxNode[]
  readonly key?: { readonly name?: string }
  readonly value?: SyntaxNode
}

function defaultExport(source: string): SyntaxNode | undefined {
  const { body } = parseModule(source).$ast as unknown as { readonly body: readonly SyntaxNode[] }
  return body.find(({ type }) => type === 'ExportDefaultDeclaration')?.declaration
}

/** An object or a variable, alone or in `defineConfig(…)`: what the library edits in the manner of the source. */
function isPlainObject(node: SyntaxNode): boolean {
  if (node.type === 'CallExpression')
    return node.callee?.name !== 'mergeConfig' && node.arguments?.[0] !== undefined && isPlainObject(node.arguments[0])
  if (node.expression) return isPlainObject(node.expression)
  return node.type === 'ObjectExpression' || node.type === 'Identifier'
}

/** The object of a configuration that may have calls and a function around it. */
function objectOf(node: SyntaxNode | null | undefined): SyntaxNode | undefined {
  if (!node || node.type === 'ObjectExpression') return node ?? undefined
  // What is merged last is the configuration's own.
  if (node.type === 'CallExpression') return objectOf(node.arguments?.at(node.callee?.name === 'mergeConfig' ? -1 : 0))
  if (/Function/.test(node.type)) return resultOf(node)
  return objectOf(node.expression)
}

/** The object that a function gives, where there is only one. */
function resultOf({ body }: SyntaxNode): SyntaxNode | undefined {
  const inner = body as SyntaxNode | undefined
  if (inner?.type !== 'BlockStatement') return objectOf(inner)
  const [only, ...others] = (inner.body as readonly SyntaxNode[]).filter(({ type }) =>
    /^(Return|If|Switch|Try)/.test(type),
  )
  return others.length === 0 && only?.type === 'ReturnStatement' ? objectOf(only.argument) : undefined
}

/** Only what is added changes: the rest of the source stays to the letter. */
function editResult(source: string, result: SyntaxNode | undefined): string | undefined {
  if (!result) return undefined
  const plugins = result.properties?.find(({ key }) => key?.name === 'plugins')
  const edited = plugins ? withElement(source, plugins.value) : withProperty(source, result)
  if (edited === undefined) return undefined
  const quote = source.includes('"') && !source.includes("'") ? '"' : "'"
  const end = /;[ \t]*$/m.test(source) ? ';' : ''
  return `import { iris } from ${quote}${PACKAGE}${quote}${end}\n${edited}`
}

function withElement(source: string, list: SyntaxNode | undefined): string | undefined {
  if (list?.type !== 'ArrayExpression' || list.end == null) return undefined
  const last = list.elements?.at(-1)
  const at = last?.end ?? list.end - 1
  return `${source.slice(0, at)}${last ? ', iris()' : 'iris()'}${source.slice(at)}`
}

function withProperty(source: string, { start }: SyntaxNode): string | undefined {
  if (start == null) return undefined
  const indent = /^\{(\s*)/.exec(source.slice(start))?.[1] || ' '
  return `${source.slice(0, start + 1)}${indent}plugins: [iris()],${source.slice(start + 1)}`
}
