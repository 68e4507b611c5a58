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
  if (/^\s*(<\?xml|<Export\b)/.test(text)) return loadXml(database, path, text, flags)
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

/** An export of classes and routines in XML: names, superclasses, properties, and a routine's text. */
function loadXml(database: DatabaseSync, path: string, text: string, flags: string): Compilation {
  const documents = new Documents(database)
  const names: string[] = []
  const put = (name: string, lines: readonly string[]) => {
    documents.put(name, [...lines], false)
    names.push(name)
  }
  for (const [, name = '', body = ''] of text.matchAll(/<Class name="([^"]+)">([\s\S]*?)<\/Class>/g)) {
    const superclass = /<Super>([^<]*)<\/Super>/.exec(body)?.[1]
    const properties = [...body.matchAll(/<Property name="([^"]+)">\s*(?:<Type>([^<]*)<\/Type>)?/g)]
    const members = properties.map(([, property, type = '%String']) => `Property ${property} As ${type};`)
    put(`${name}.cls`, [`Class ${name}${superclass ? ` Extends (${superclass})` : ''}`, '{', '', ...members, '', '}'])
  }
  for (const [, name = '', type = 'MAC', body = ''] of text.matchAll(
    /<Routine name="([^"]+)" type="(\w+)"[^>]*><!\[CDATA\[([\s\S]*?)\]\]><\/Routine>/g,
  )) {
    put(`${name}.${type.toLowerCase()}`, body.trim().split(/\r?\n/))
  }
  const start = ['', `Loading file ${path} as xml`]
  if (names.length === 0) return { console: start, errors: [`ERROR #6301: SAX XML Parser Error in file '${path}'`] }
  if (!flags.includes('c')) return { console: [...start, 'Load finished successfully.'], errors: [] }
  const { console, errors } = compile(database, names, flags)
  return { console: [...start, ...console], errors }
}
