import { readdirSync } from 'node:fs'
import type { ServiceName } from '@iris-devtester/core/ports'
import { CliError } from '../program/cli-error.ts'

/** What a project is, by the files in its folder. */
const SIGNS: Readonly<Record<string, ServiceName>> = {
  'package.json': 'node',
  'composer.json': 'php',
  'index.php': 'php',
  'pyproject.toml': 'python',
  'requirements.txt': 'python',
  'setup.py': 'python',
  Pipfile: 'python',
  'manage.py': 'python',
}
/** Many projects have one; what they are is told by the other files. */
const PAGE = 'index.html'

/** What a project needs a port for, and the file that says so. */
export interface DetectedType {
  readonly type: ServiceName
  readonly file: string
}

/**
 * Finds out from its files what a project needs a port for.
 *
 * @throws CliError `TYPE_UNKNOWN` when they don't say, or say different things
 */
export function detectType(folder: string): DetectedType {
  const names = readdirSync(folder).toSorted()
  const found = names.flatMap((file) =>
    Object.hasOwn(SIGNS, file) ? [{ type: SIGNS[file] as ServiceName, file }] : [],
  )
  const [first, ...others] = found
  if (!first && names.includes(PAGE)) return { type: 'static', file: PAGE }
  if (first && others.every(({ type }) => type === first.type)) return first
  const files = found.map(({ file }) => file)
  throw new CliError({
    code: 'TYPE_UNKNOWN',
    message: first
      ? `The files ${files.join(' and ')} in ${folder} indicate different types.`
      : `No file in ${folder} indicates the type: ${Object.keys(SIGNS).join(', ')} or ${PAGE}.`,
    hint: 'Name the type: node, static, python, php or iris.',
    details: { projectPath: folder, files, types: [...new Set(found.map(({ type }) => type))] },
  })
}
