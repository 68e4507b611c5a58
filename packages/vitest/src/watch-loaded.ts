import { isAbsolute, resolve } from 'node:path'
import type { LoadEntry } from '@iris-devtester/core'
import type { Vitest } from 'vitest/node'
import type { IrisOptions } from './iris-options.ts'

/** What is loaded into any of the run's instances. What is no list is refused by the global set-up, with the right form. */
export function loadedBy({ load, instances = {} }: IrisOptions): LoadEntry[] {
  const lists = [load, ...Object.values(instances).map((one) => one.load)]
  return lists.flatMap((list) => (Array.isArray(list) ? list : []))
}

/** Vitest's own, which ours would otherwise take the place of. */
const USUAL_TRIGGERS = ['**/package.json/**', '**/{vitest,vite}.config.*/**']

/**
 * A change to what is loaded is one that every test may depend on.
 *
 * @param test the configuration's own.
 */
export function rerunTriggers(test: unknown, options: IrisOptions): { forceRerunTriggers?: string[] } {
  const paths = pathsOf(options).filter((path) => !isOutside(path))
  if (paths.length === 0) return {}
  const own = (test as { forceRerunTriggers?: string[] } | undefined)?.forceRerunTriggers
  const triggers = paths.map((path) => `**/${path.replace(/^\.\//, '')}`)
  return { forceRerunTriggers: [...(own ? [] : USUAL_TRIGGERS), ...triggers] }
}

/** The same for what is loaded from outside of the folder that Vite watches, as from a neighbour in a workspace. */
export function watchOutside({ vite, config }: Vitest, options: IrisOptions): void {
  const paths = pathsOf(options)
    .filter(isOutside)
    .map((path) => resolve(config.root, path).replaceAll('\\', '/'))
  vite.watcher.add(paths)
  config.forceRerunTriggers.push(...paths)
}

function pathsOf(options: IrisOptions): string[] {
  return loadedBy(options).filter((entry) => typeof entry === 'string')
}

function isOutside(path: string): boolean {
  return path.startsWith('../') || isAbsolute(path)
}
