import { existsSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'

const PACKAGE = '@iris-devtester/cli'

/**
 * How the command line is called here, for texts that tell somebody to: `npx iris-devtester` where the project has it
 * installed, `iris-devtester` where it runs right now from a global installation, else by the name that npx can fetch
 * without asking the registry for anybody else's package.
 *
 * @param folder where the reader is. Default: the working directory.
 */
export function cliCommand(folder: string | undefined = workingDirectory(), program = process.argv[1]): string {
  if (folder !== undefined && isInstalledFor(folder)) return 'npx iris-devtester'
  return isGlobal(program) ? 'iris-devtester' : `npx ${PACKAGE}`
}

function isInstalledFor(folder: string): boolean {
  if (existsSync(join(folder, 'node_modules', PACKAGE, 'package.json'))) return true
  const parent = dirname(folder)
  return parent !== folder && isInstalledFor(parent)
}

/** What npx has fetched lies in a folder of its own and is no command afterwards. */
function isGlobal(program: string | undefined): boolean {
  if (program === undefined) return false
  try {
    const path = realpathSync(program).replaceAll('\\', '/')
    return path.endsWith(`/${PACKAGE}/dist/main.js`) && !path.includes('/_npx/')
  } catch {
    // Not a file, as with `node -e`.
    return false
  }
}

function workingDirectory(): string | undefined {
  try {
    return process.cwd()
  } catch {
    // The folder was deleted meanwhile.
    return undefined
  }
}
