import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import fc from 'fast-check'
import { parseDocument } from '../../packages/core/src/ports/document/document-parser.ts'
import { PortRegistry, PortRegistryError } from '../../packages/core/src/ports/index.ts'
import { brokenText } from './broken-text.ts'
import { TemporaryFolder } from './temporary-folder.ts'

/** Where the text lies: as all there is, as the view beside good generations, or as the newest generation. */
type Place = 'only' | 'view' | 'generation'

export interface BrokenFigures {
  files: number
  /** By what they turned out to be. */
  readonly kinds: Record<string, number>
  /** Files that were moved aside. */
  quarantined: number
  /** Typed errors, by code. */
  readonly errors: Record<string, number>
}

/**
 * Puts `count` generated texts where the registry's files should be and uses it. Fails on an untyped error, a lost good
 * generation or a quarantined text that is not kept.
 */
export async function meetBrokenFiles(count: number, seed?: number): Promise<BrokenFigures> {
  // Mostly without a disk underneath: it is about content.
  using folder = new TemporaryFolder(existsSync('/dev/shm') ? '/dev/shm' : undefined)
  const figures: BrokenFigures = { files: 0, kinds: {}, quarantined: 0, errors: {} }
  const good = await goodText(folder.registry('good'))
  const place = fc.constantFrom<Place>('only', 'view', 'generation')
  const property = fc.asyncProperty(brokenText(good), place, async (text, where) => {
    using own = new TemporaryFolder(folder.path)
    await meet(own.registry('r'), good, text, where, figures)
  })
  // Side by side, for most of the time is spent waiting whether another tool finishes its file.
  const lanes = Array.from({ length: LANES }, async (_, lane) => {
    const numRuns = Math.ceil(count / LANES)
    const details = await fc.check(property, { numRuns, ...(seed === undefined ? {} : { seed: seed + lane }) })
    if (details.failed)
      throw new Error(fc.defaultReportMessage(details)?.slice(0, 2_000), { cause: details.errorInstance })
  })
  await Promise.all(lanes)
  return figures
}

const LANES = 16
const PORTS = [21_220, 21_229] as const

async function goodText(registryPath: string): Promise<string> {
  const registry = new PortRegistry({ registryPath, docker: false, portRange: PORTS })
  await registry.assignPort('/good/one')
  await registry.assignPort('/good/two', { service: 'node', preferredPort: 3456 })
  await registry.releasePort('/good/two', { service: 'node' })
  return readFileSync(registryPath, 'utf8')
}

async function meet(
  registryPath: string,
  good: string,
  text: string,
  where: Place,
  figures: BrokenFigures,
): Promise<void> {
  const generations = join(registryPath, '../generations')
  mkdirSync(generations, { recursive: true })
  const { generation } = JSON.parse(good) as { generation: number }
  if (where !== 'only') writeFileSync(join(generations, String(generation)), good)
  if (where === 'generation') {
    writeFileSync(join(generations, String(generation + 1)), text)
    writeFileSync(registryPath, good)
  } else writeFileSync(registryPath, text)
  const { kind } = parseDocument(
    readFileSync(where === 'generation' ? join(generations, String(generation + 1)) : registryPath, 'utf8'),
  )
  count(figures.kinds, `${where} ${kind}`)
  figures.files += 1
  const registry = new PortRegistry({ registryPath, docker: false, portRange: PORTS, onWarning: () => undefined })
  try {
    await registry.listAll()
    const { port } = await registry.assignPort('/good/one')
    if (where !== 'only' && kind === 'corrupt' && port !== PORTS[0])
      throw new Error(`the good generation was lost: ${port}`)
    await registry.assignPort('/new/project')
    await registry.read()
  } catch (error) {
    if (!(error instanceof PortRegistryError)) throw error
    count(figures.errors, error.code)
  }
  if (where !== 'only' && readFileSync(join(generations, String(generation)), 'utf8') !== good)
    throw new Error('a good generation was changed')
  const kept = readdirSync(join(registryPath, '..')).filter((name) => name.includes('.corrupt-'))
  if (kind === 'corrupt' && kept.length !== 1) throw new Error(`${kept.length} files in quarantine`)
  if (kind !== 'corrupt' && kept.length !== 0) throw new Error('a readable file in quarantine')
  figures.quarantined += kept.length
}

function count(record: Record<string, number>, key: string): void {
  record[key] = (record[key] ?? 0) + 1
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { files: { type: 'string', default: '10000' }, seed: { type: 'string' } } })
  const began = performance.now()
  const figures = await meetBrokenFiles(
    Number(values.files),
    values.seed === undefined ? undefined : Number(values.seed),
  )
  console.log(JSON.stringify({ ...figures, seconds: Math.round((performance.now() - began) / 1_000) }, null, 2))
}
