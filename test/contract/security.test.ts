import { execFileSync } from 'node:child_process'
import {
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { acquireIris } from '../../packages/core/src/lease/acquire/acquire-iris.ts'
import { readSources } from '../../packages/core/src/lease/load/read-sources.ts'
import { PortRegistry } from '../../packages/core/src/ports/port-registry.ts'
import { RegistryHome } from '../integration/consumer/registry-home.ts'

let folder: string
beforeEach(() => {
  folder = realpathSync(mkdtempSync(join(tmpdir(), 'iris-security-')))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function registryAt(path: string): PortRegistry {
  return new PortRegistry({ registryPath: path, docker: false })
}

/** Everything under a folder with its permissions for others than the owner. */
function openToOthers(path: string): string[] {
  const below = readdirSync(path, { recursive: true, encoding: 'utf8' }).map((name) => join(path, name))
  return [path, ...below].filter((one) => (lstatSync(one).mode & 0o077) !== 0)
}

describe('the registry on disk', () => {
  test('is for its owner alone, even where new files are for everybody', () => {
    const script = `
      process.umask(0)
      const { PortRegistry } = await import(${JSON.stringify(new URL('../../packages/core/src/ports/index.ts', import.meta.url).href)})
      const registry = new PortRegistry({ registryPath: ${JSON.stringify(join(folder, 'home/port-registry.json'))}, docker: false })
      await registry.assignPort(${JSON.stringify(folder)})
      await registry.releasePort(${JSON.stringify(folder)})`

    execFileSync(process.execPath, ['--input-type=module-typescript', '-e', script])

    expect(existsSync(join(folder, 'home/port-registry.json'))).toBe(true)
    expect(openToOthers(join(folder, 'home'))).toEqual([])
  })

  test('replaces a link in the place of its view, and leaves what the link led to alone', async () => {
    const victim = join(folder, 'victim.json')
    writeFileSync(victim, 'precious')
    mkdirSync(join(folder, 'home'))
    const view = join(folder, 'home/port-registry.json')
    symlinkSync(victim, view)

    const { port } = await registryAt(view).assignPort(folder)

    expect(readFileSync(victim, 'utf8')).toBe('precious')
    expect(lstatSync(view).isSymbolicLink()).toBe(false)
    expect(readFileSync(view, 'utf8')).toContain(String(port))
  })

  test.for(['a link to nowhere', 'an empty folder'])('passes over %s in the place of a generation', async (kind) => {
    const victim = join(folder, 'victim')
    const generation = join(folder, 'home/generations/1')
    mkdirSync(dirname(generation), { recursive: true })
    if (kind === 'an empty folder') mkdirSync(generation)
    else symlinkSync(victim, generation)
    const registry = registryAt(join(folder, 'home/port-registry.json'))

    const { port } = await registry.assignPort(folder)

    expect(existsSync(victim)).toBe(false)
    expect(await registryAt(registry.registryPath).listAll()).toEqual([expect.objectContaining({ port })])
  })

  test('stays in the folder that its path names, however it is written', async () => {
    const registry = registryAt(join(folder, 'a/../home/./port-registry.json'))

    await registry.assignPort(folder)

    expect(registry.registryPath).toBe(join(folder, 'home/port-registry.json'))
    expect(readdirSync(folder)).toEqual(['home'])
  })
})

/** Folder names that a shell, JSON, SQL or a CPF file would read differently. */
const HOSTILE = [
  '$(touch owned)',
  '`touch owned`; touch owned',
  '"}],"assignments":[',
  "'; DROP TABLE T; --",
  'line\nCreateUser:Name=evil',
  '-rf',
  '\u202egnp.exe',
]

describe('the name of a project', () => {
  test.for(HOSTILE)('is data, whatever it looks like: %j', async (name) => {
    const project = join(folder, name)
    mkdirSync(project)
    const registry = registryAt(join(folder, 'home/port-registry.json'))

    const { port } = await registry.assignPort(project)

    expect(await registry.listAll()).toEqual([expect.objectContaining({ projectPath: project, port })])
    expect(existsSync('owned') || existsSync(join(project, 'owned'))).toBe(false)
  })

  test.for(['', '.', '../elsewhere', 'C:', '/a\0/b'])('is refused where it is no absolute path: %j', async (path) => {
    const registry = registryAt(join(folder, 'home/port-registry.json'))

    await expect(registry.assignPort(path)).rejects.toMatchObject({ code: 'INVALID_PROJECT_PATH' })
  })

  test('is one name, through a link or a relative path', async () => {
    mkdirSync(join(folder, 'project'))
    symlinkSync(join(folder, 'project'), join(folder, 'link'))
    const registry = registryAt(join(folder, 'home/port-registry.json'))

    const ports = []
    for (const way of ['project', 'link', 'link/../project/.', 'link/']) {
      ports.push((await registry.assignPort(`${folder}/${way}`)).port)
    }

    expect(new Set(ports).size).toBe(1)
    expect(await registry.listAll()).toHaveLength(1)
  })
})

describe('what a load pattern names', () => {
  test.for(['/etc/passwd', '../victim.txt', 'link.txt', '**/*.txt'])(
    'is read only where it is SQL or a class: %s',
    async (pattern) => {
      writeFileSync(join(folder, 'victim.txt'), 'precious')
      mkdirSync(join(folder, 'project'))
      writeFileSync(join(folder, 'project/own.txt'), 'own')
      symlinkSync(join(folder, 'victim.txt'), join(folder, 'project/link.txt'))

      await expect(readSources([pattern], join(folder, 'project'))).rejects.toMatchObject({ code: 'LOAD_FAILED' })
    },
  )

  test('ends in a folder with a link to itself', async () => {
    mkdirSync(join(folder, 'sql'))
    writeFileSync(join(folder, 'sql/one.sql'), 'SELECT 1')
    symlinkSync(folder, join(folder, 'sql/round'))

    const sources = await readSources(['**/*.sql'], folder)

    expect(new Set(sources.map(({ content }) => content))).toEqual(new Set(['SELECT 1']))
  })
})

test('hostile text stays text on its way through a container: path, password, file, statement', async () => {
  await using home = new RegistryHome()
  const project = join(folder, HOSTILE.slice(0, 2).join(' ').replaceAll('/', ''))
  mkdirSync(project)
  writeFileSync(
    join(project, "a'; DROP TABLE T; --.sql"),
    "CREATE TABLE T (Word VARCHAR(200));\n-- ; DROP TABLE T\nINSERT INTO T VALUES ('a;b');",
  )
  const password = `"]\\',$(touch owned)=;%@:/ü`

  await using iris = await acquireIris({
    projectPath: project,
    registry: home.registry,
    password,
    keep: 'stop',
    quiet: true,
    load: ['*.sql'],
  })

  const word = `'); DROP TABLE T; --`
  await iris.connection.sql('INSERT INTO T VALUES (?)', [word])
  expect(await iris.connection.sql('SELECT Word FROM T ORDER BY Word')).toEqual([{ Word: word }, { Word: 'a;b' }])
  expect(iris.connection.password).toBe(password)
  expect(decodeURIComponent(new URL(iris.connection.url).password)).toBe(password)
  const [container] = await home.containers()
  expect(container?.Names[0]).toMatch(/^\/iris_[0-9a-z]+_\d+$/)
  expect(JSON.stringify(container)).not.toContain('touch owned)=')
  expect(existsSync('owned') || existsSync(join(project, 'owned'))).toBe(false)
})
