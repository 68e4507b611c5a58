import { cpSync, mkdirSync, readdirSync, realpathSync, symlinkSync } from 'node:fs'
import { basename, dirname, join } from 'node:path'

/**
 * Copies a project of the workspace to a folder of its own, its dependencies linked as an installation would link them:
 * a `node_modules` that nobody else writes to.
 *
 * @param source the project's folder, installed
 * @param target a folder that doesn't exist yet
 */
export function copyProject(source: string, target: string): void {
  cpSync(source, target, {
    recursive: true,
    filter: (path) => !['node_modules', 'dist'].includes(basename(path)),
  })
  for (const name of installedPackages(join(source, 'node_modules'))) {
    const link = join(target, 'node_modules', name)
    mkdirSync(dirname(link), { recursive: true })
    symlinkSync(realpathSync(join(source, 'node_modules', name)), link, 'junction')
  }
}

/** Package names in a `node_modules`, scoped ones with their scope. */
function installedPackages(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => !name.startsWith('.'))
    .flatMap((name) => (name.startsWith('@') ? readdirSync(join(folder, name)).map((one) => `${name}/${one}`) : [name]))
}
