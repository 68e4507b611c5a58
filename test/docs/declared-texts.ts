import { existsSync, readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import ts from 'typescript'

/** Where a name gets its value: an expression of a source file. */
export interface Declared {
  readonly node: ts.Expression
  readonly file: ts.SourceFile
}

const files = new Map<string, ts.SourceFile>()

export function sourceFile(path: string): ts.SourceFile {
  const known = files.get(path)
  if (known) return known
  const file = ts.createSourceFile(path, readFileSync(path, 'utf8'), ts.ScriptTarget.Latest, true)
  files.set(path, file)
  return file
}

/** What the expression can be where it is a constant's name or a call of a function of ours; none where that is not known. */
export function declaredFor(node: ts.Expression, file: ts.SourceFile): Declared[] {
  if (ts.isIdentifier(node)) return valuesOf(node.text, node, file)
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression)) return returnedBy(node.expression.text, file)
  return []
}

/** The value of the nearest constant of that name around a place, or of an imported one. */
function valuesOf(name: string, place: ts.Node, file: ts.SourceFile): Declared[] {
  for (let around: ts.Node = place; around; around = around.parent) {
    const isParameter = ts.isFunctionLike(around) && around.parameters.some((one) => one.name.getText(file) === name)
    if (isParameter) return []
    const found = (ts.isBlock(around) || ts.isSourceFile(around)) && constantIn(around.statements, name, file)
    if (found) return [{ node: found, file }]
  }
  const imported = importedFrom(name, file)
  const found = imported && constantIn(imported.statements, name, imported)
  return found ? [{ node: found, file: imported }] : []
}

function constantIn(statements: readonly ts.Statement[], name: string, file: ts.SourceFile): ts.Expression | undefined {
  return statements
    .filter(ts.isVariableStatement)
    .flatMap((one) => [...one.declarationList.declarations])
    .find((one) => one.name.getText(file) === name)?.initializer
}

function returnedBy(name: string, file: ts.SourceFile): Declared[] {
  const imported = importedFrom(name, file)
  for (const where of imported ? [file, imported] : [file]) {
    const declaration = where.statements.find(
      (one): one is ts.FunctionDeclaration => ts.isFunctionDeclaration(one) && one.name?.text === name,
    )
    if (declaration?.body) return returnsIn(declaration.body).map((node) => ({ node, file: where }))
  }
  return []
}

function returnsIn(body: ts.Node): ts.Expression[] {
  const found: ts.Expression[] = []
  const visit = (node: ts.Node): void => {
    if (ts.isFunctionLike(node)) return
    if (ts.isReturnStatement(node) && node.expression) found.push(node.expression)
    node.forEachChild(visit)
  }
  body.forEachChild(visit)
  return found
}

/** The file of ours that a name is imported from. */
function importedFrom(name: string, file: ts.SourceFile): ts.SourceFile | undefined {
  for (const statement of file.statements.filter(ts.isImportDeclaration)) {
    const bindings = statement.importClause?.namedBindings
    if (!bindings || !ts.isNamedImports(bindings) || !bindings.elements.some((one) => one.name.text === name)) continue
    const { moduleSpecifier } = statement
    if (!ts.isStringLiteral(moduleSpecifier) || !moduleSpecifier.text.startsWith('.')) continue
    const path = resolve(dirname(file.fileName), moduleSpecifier.text)
    if (existsSync(path)) return sourceFile(path)
  }
  return undefined
}
