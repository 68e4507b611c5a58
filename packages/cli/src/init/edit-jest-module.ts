import { parseModule } from 'magicast'

const PACKAGE = '@iris-devtester/jest'

/** What is read of a node of the syntax tree: its place in the source, and which it is. */
interface SyntaxNode {
  readonly type: string
  readonly start?: number | null
  readonly end?: number | null
}

/** Puts what a Jest configuration exports into `withIris(…)`, whatever it is. The rest stays as it was. */
export function editJestModule(source: string): string | undefined {
  const { body } = parseModule(source).$ast as unknown as { readonly body: readonly Statement[] }
  for (const statement of body) {
    const exported = exportedBy(statement)
    if (!exported) continue
    const { node, isEsm } = exported
    if (node.start == null || node.end == null || node.type.endsWith('Declaration')) return undefined
    const end = /;[ \t]*$/m.test(source) ? ';' : ''
    const line = isEsm
      ? `import { withIris } from '${PACKAGE}'${end}`
      : `const { withIris } = require('${PACKAGE}')${end}`
    const wrapped = `withIris(${source.slice(node.start, node.end)})`
    return `${line}\n${source.slice(0, node.start)}${wrapped}${source.slice(node.end)}`
  }
  return undefined
}

interface Statement extends SyntaxNode {
  readonly declaration?: SyntaxNode
  readonly expression?: SyntaxNode & { readonly left?: MemberNode; readonly right?: SyntaxNode }
}

interface MemberNode extends SyntaxNode {
  readonly object?: { readonly name?: string }
  readonly property?: { readonly name?: string }
}

function exportedBy({ type, declaration, expression }: Statement) {
  if (type === 'ExportDefaultDeclaration' && declaration) return { node: declaration, isEsm: true }
  const { left, right } = expression ?? {}
  const isModuleExports = left?.object?.name === 'module' && left.property?.name === 'exports'
  return isModuleExports && right ? { node: right, isEsm: false } : undefined
}
