import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { LeaseError } from './lease-error.ts'

/**
 * The root of the workspace that a package belongs to: the nearest folder, from its own upwards, that pnpm
 * (`pnpm-workspace.yaml`), npm or Yarn (`workspaces` in `package.json`), Nx (`nx.json`) or Turborepo (`turbo.json`) takes
 * for one.
 *
 * @param folder the package's folder, normalised
 * @throws LeaseError `WORKSPACE_NOT_FOUND`
 * @see https://pnpm.io/pnpm-workspace_yaml
 * @see https://turborepo.dev/docs/reference/package-configurations
 */
export function workspaceRoot(folder: string): string {
  for (let at = folder; ; at = dirname(at)) {
    if (isRoot(at)) return at
    if (dirname(at) === at) throw notFound(folder)
  }
}

function isRoot(folder: string): boolean {
  if (existsSync(join(folder, 'pnpm-workspace.yaml')) || existsSync(join(folder, 'nx.json'))) return true
  if (/"workspaces"\s*:/.test(textOf(join(folder, 'package.json')))) return true
  // A package's own configuration of Turborepo extends the root's.
  const turbo = textOf(join(folder, 'turbo.json'))
  return turbo !== '' && !/"extends"\s*:/.test(turbo)
}

function textOf(path: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    // What can't be read marks nothing.
    return ''
  }
}

function notFound(folder: string): LeaseError {
  return new LeaseError({
    code: 'WORKSPACE_NOT_FOUND',
    message: `The option share is "workspace", but ${folder} is in no workspace: neither it nor a folder above it has a pnpm-workspace.yaml, a package.json with "workspaces", an nx.json or a turbo.json.`,
    hint: `Omit the option, and ${folder} gets an IRIS of its own.\nOr name the folder whose IRIS the packages share: the option projectPath, or export IRIS_PROJECT_PATH=/path/to/the/folder`,
    details: { folder, share: 'workspace' },
  })
}
