import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

/** The workspace's root. */
export const root = fileURLToPath(new URL('../..', import.meta.url)).replace(/[\\/]$/, '')

/** Where the set-up remembers what it did; gone when somebody deletes `node_modules`, as it should be. */
export const memory = join(root, 'node_modules/.iris-devtester')

/** The Node the workspace brings along: the set-up itself runs on whatever is there. */
export const node = join(root, 'node_modules/node/bin', process.platform === 'win32' ? 'node.exe' : 'node')

/** The environment for the workspace's own tools: its Node and its binaries come first. */
export function toolEnvironment(env = process.env) {
  const separator = process.platform === 'win32' ? ';' : ':'
  const path = [join(root, 'node_modules/node/bin'), join(root, 'node_modules/.bin'), env.PATH].join(separator)
  return { ...env, PATH: path }
}
