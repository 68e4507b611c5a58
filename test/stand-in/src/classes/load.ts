import { readFileSync } from 'node:fs'
import type { DatabaseSync } from 'node:sqlite'
import { type Compilation, compile } from './compile.ts'
import { Documents } from './documents.ts'

/** Loads a class file, and compiles it where the flags say so (`c`), as `$system.OBJ.Load` does. */
export function loadFile(database: DatabaseSync, path: string, flags: string): Compilation {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    return { console: [], errors: [`ERROR #5001: File '${path}' does not exist`] }
  }
  const name = /^[ \t]*Class\s+([%\w.]+)/im.exec(text)?.[1]
  if (!name)
    return { console: [], errors: [`ERROR #5840: Unable to import file '${path}' as this is not a supported type.`] }
  const start = [
    '',
    `Load started on ${new Date().toISOString().slice(0, 19).replace('T', ' ')}`,
    `Loading file ${path} as udl`,
  ]
  new Documents(database).put(`${name}.cls`, text.split(/\r?\n/), false)
  if (!flags.includes('c')) return { console: [...start, 'Load finished successfully.'], errors: [] }
  const { console, errors } = compile(database, [`${name}.cls`], flags)
  const end = errors.length === 0 ? 'Load finished successfully.' : `${errors.length} error(s) detected during load.`
  return { console: [...start, ...console, end], errors }
}
