import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative } from 'node:path'

const unread = new Set(['node_modules', 'dist'])

/**
 * One hash over the names and contents of the files in `paths`; folders are read whole, without what was installed or
 * built in them. A missing path counts as empty.
 *
 * @param {string} root what the names are relative to
 * @param {readonly string[]} paths relative to `root`
 */
export function hashFiles(root, paths) {
  const hash = createHash('sha256')
  for (const file of paths.flatMap((path) => filesUnder(join(root, path))).sort()) {
    hash
      .update(`${relative(root, file)}\0`)
      .update(readFileSync(file))
      .update('\0')
  }
  return hash.digest('hex')
}

/**
 * Does `work` unless the stamp says it was done for this very hash, and stamps it afterwards.
 *
 * @param {string} stamp the file that remembers
 * @param {{ hash: string, stillThere: boolean }} state what the work depends on, and whether its result is still there
 * @param {() => Promise<unknown>} work
 * @returns {Promise<boolean>} whether it had to be done
 */
export async function unlessStamped(stamp, { hash, stillThere }, work) {
  if (stillThere && readText(stamp) === hash) return false
  await work()
  mkdirSync(dirname(stamp), { recursive: true })
  writeFileSync(stamp, hash)
  return true
}

/**
 * A file's text, `undefined` where there is none.
 * @param {string} path
 */
export function readText(path) {
  try {
    return readFileSync(path, 'utf8')
  } catch {
    return undefined
  }
}

/**
 * @param {string} path
 * @returns {string[]}
 */
function filesUnder(path) {
  try {
    return readdirSync(path, { withFileTypes: true })
      .filter((entry) => !unread.has(entry.name))
      .flatMap((entry) => (entry.isDirectory() ? filesUnder(join(path, entry.name)) : [join(path, entry.name)]))
  } catch (error) {
    const code = /** @type {NodeJS.ErrnoException} */ (error).code
    if (code === 'ENOTDIR') return [path]
    if (code === 'ENOENT') return []
    throw error
  }
}
