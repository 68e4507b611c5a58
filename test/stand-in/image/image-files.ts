import { globSync, readFileSync, realpathSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { sharedLibraries } from './shared-libraries.ts'
import type { TarEntry } from './tar.ts'

/** `irisowner`, as in the real image. */
export const IRIS_OWNER = 51773
const ROOT = 0

const SOURCES = fileURLToPath(new URL('../src/', import.meta.url))

/** The scripts that start Node on the stand-in's modules: there is no shell to do it. */
const launcher = (module: string): string => `#!/bin/node --disable-warning=ExperimentalWarning
require('node:module').enableCompileCache('/stand-in/cache')
import('/stand-in/src/${module}')
`

/** The image's files besides Node and its libraries; together they are what a change of the stand-in changes. */
export function ownFiles(): TarEntry[] {
  const text = (path: string, content: string, mode = 0o644): TarEntry => ({
    path,
    mode,
    owner: ROOT,
    content: Buffer.from(content),
  })
  const folder = (path: string, mode: number, owner = ROOT): TarEntry => ({
    path: `${path}/`,
    mode,
    owner,
    folder: true,
  })
  const sources = globSync('**/*.ts', { cwd: SOURCES }).sort()
  // A rootless engine lets nobody but root into folders that the archive leaves out.
  const sourceFolders = new Set(sources.flatMap((path) => ancestors(dirname(join('/stand-in/src', path)))))
  return [
    folder('tmp', 0o1777),
    folder('etc', 0o755),
    folder('bin', 0o755),
    folder('usr', 0o755),
    folder('usr/bin', 0o755),
    folder('usr/irissys', 0o755, IRIS_OWNER),
    folder('usr/irissys/mgr', 0o755, IRIS_OWNER),
    folder('home', 0o755),
    folder('home/irisowner', 0o755, IRIS_OWNER),
    ...[...sourceFolders].sort().map((path) => folder(path.slice(1), 0o755)),
    folder('stand-in/cache', 0o755, IRIS_OWNER),
    text(
      'etc/passwd',
      `root:x:0:0:root:/root:/bin/false\nirisowner:x:${IRIS_OWNER}:${IRIS_OWNER}::/home/irisowner:/bin/false\n`,
    ),
    text('etc/group', `root:x:0:\nirisowner:x:${IRIS_OWNER}:\n`),
    text('stand-in/package.json', '{ "type": "module" }\n'),
    ...sources.map((path) => text(`stand-in/src/${path}`, readFileSync(join(SOURCES, path), 'utf8'))),
    text('iris-main', launcher('iris-main.ts'), 0o755),
    text('usr/bin/iris', launcher('iris-command.ts'), 0o755),
    text('usr/bin/df', launcher('df-command.ts'), 0o755),
  ]
}

/** Node itself and the libraries it needs, where its loader looks for them. */
export function nodeFiles(node: string): TarEntry[] {
  const program = (path: string, source: string): TarEntry => ({
    path: path.replace(/^\//, ''),
    mode: 0o755,
    owner: ROOT,
    content: readFileSync(realpathSync(source)),
  })
  const libraries = sharedLibraries(node)
  const folders = new Set(libraries.flatMap((path) => ancestors(dirname(path))))
  return [
    ...[...folders]
      .sort()
      .map((path): TarEntry => ({ path: `${path.slice(1)}/`, mode: 0o755, owner: ROOT, folder: true })),
    ...libraries.map((path) => program(path, path)),
    program('/bin/node', node),
  ]
}

function ancestors(folder: string): string[] {
  return folder === '/' ? [] : [...ancestors(dirname(folder)), folder]
}
