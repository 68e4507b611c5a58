import { extname } from 'node:path'
import { documentName } from '../../connection/document-name.ts'
import { CLASS_KINDS } from './read-sources.ts'
import type { Source } from './source.ts'

/** Superclasses whose classes have rows, or are in them. */
const STORED = /^%(Library\.)?(Persistent|SerialObject|SwizzleObject|RegisteredPersistent|Storage\..*)$/i
/** `Extends Demo.Base`, `Extends (Demo.Base, %Persistent)` */
const SUPERCLASSES = /^[ \t]*Class\s+[%\w.]+\s+Extends\s+(\([^)]*\)|[%\w.]+)/im
/** `Include Demo`, `Include (Demo, Other)`, `#include Demo` */
const INCLUDES = /^[ \t]*#?Include(?:Generator)?\s+(\([^)]*\)|[%\w.]+)/gim
/** `[ DependsOn = Demo.Other ]`, `[ DependsOn = (Demo.Other, Demo.More) ]` */
const DEPENDS_ON = /\bDependsOn\s*=\s*(\([^)]*\)|[%\w.]+)/gi

/**
 * The classes and routines to compile after files of `load` have changed: those that have, and those that are made of them.
 * Everything else stays as it is loaded.
 *
 * @returns `undefined` where all has to be loaded anew: another kind of file has changed, one is gone or in another place, or
 *   a class has rows that later files may have put there.
 */
export function changedClasses(before: readonly Source[], after: readonly Source[]): Source[] | undefined {
  const known = new Map(before.map((source) => [source.path, source]))
  const kept = after.filter(({ path }) => known.has(path))
  if (kept.length < before.length || kept.some(({ path }, at) => path !== before[at]?.path)) return undefined
  const changed = after.filter(({ path, content }) => known.get(path)?.content !== content)
  if (!changed.every(isCompiled)) return undefined
  const compiled = after.filter(isCompiled)
  const affected = withDependents(changed, compiled)
  const isDataLoaded = after.some((source) => !isCompiled(source))
  return isDataLoaded && affected.some((source) => isStored(source, compiled)) ? undefined : affected
}

function isCompiled({ path, run }: Source): boolean {
  return !run && CLASS_KINDS.includes(extname(path).toLowerCase())
}

/** In the order of the sources. */
function withDependents(changed: readonly Source[], all: readonly Source[]): Source[] {
  const affected = new Set(changed)
  const names = new Set(changed.map(nameOf))
  for (let before = -1; before !== affected.size; ) {
    before = affected.size
    for (const source of all) {
      if (affected.has(source) || !madeOf(source).some((name) => names.has(name))) continue
      affected.add(source)
      names.add(nameOf(source))
    }
  }
  return all.filter((source) => affected.has(source))
}

/** What a class or routine takes in when it is compiled, as {@link nameOf} names it. */
function madeOf({ content }: Source): string[] {
  const classes = [...listed(SUPERCLASSES.exec(content)?.[1]), ...every(content, DEPENDS_ON)]
  return [...classes.map((name) => `${name}.CLS`), ...every(content, INCLUDES).map((name) => `${name}.INC`)]
}

function every(content: string, pattern: RegExp): string[] {
  return [...content.matchAll(pattern)].flatMap(([, list]) => listed(list))
}

function listed(list = ''): string[] {
  const names = list.replace(/[()]/g, '').split(',')
  return names.map((name) => name.trim().toUpperCase()).filter((name) => name !== '')
}

function nameOf({ path, content }: Source): string {
  return documentName(path, content).toUpperCase()
}

/** Whether a class has rows, by its superclasses; one that nobody here knows may have. */
function isStored(source: Source, all: readonly Source[]): boolean {
  const others = all.filter((one) => one !== source)
  return listed(SUPERCLASSES.exec(source.content)?.[1]).some((name) => {
    if (name.startsWith('%')) return STORED.test(name)
    const superclass = others.find((one) => nameOf(one) === `${name}.CLS`)
    return superclass === undefined || isStored(superclass, others)
  })
}
