import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { root } from '../setup/workspace.mjs'

/** Where a command stands that somebody is told to run. */
export interface ToldCommand {
  /** Its words without the program's: `ports release`. */
  readonly words: string
  /** How the program is called there. */
  readonly program: string
  /** The file it stands in. */
  readonly file: string
}

/** Every command of ours that the sources' texts and the pages tell to run. */
export function toldCommands(): ToldCommand[] {
  const sources = filesIn('packages', /\/src\/.*(?<!\.test)\.ts$/)
  const pages = ['README.md', ...filesIn('docs', /\.md$/), ...filesIn('packages', /^[^/]+\/README\.md$/)]
  return [
    ...sources.flatMap((file) =>
      told(file, /(\$\{cliCommand\(\)\}|npx (?:@iris-devtester\/cli|iris-devtester))((?: [a-z][a-z-]*)*)/g),
    ),
    ...pages.flatMap((file) => told(file, /(npx (?:@iris-devtester\/cli|iris-devtester))((?: [a-z][a-z-]*)*)/g)),
  ]
}

function told(file: string, pattern: RegExp): ToldCommand[] {
  return [...readFileSync(join(root, file), 'utf8').matchAll(pattern)].map(([, program = '', words = '']) => ({
    program,
    words: words.trim(),
    file,
  }))
}

function filesIn(folder: string, pattern: RegExp): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((path) => pattern.test(path) && !/node_modules|\/dist\//.test(path))
    .map((path) => join(folder, path))
}
