import { parseDocument } from '../document/document-parser.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { readGeneration, readText } from './generation-files.ts'
import type { NewestGeneration } from './newest-generation.ts'
import { newerSchema } from './registry-file-error.ts'
import type { RegistryLocation } from './registry-location.ts'

/** What the published view turned out to be, seen against the generations. */
export type ViewState =
  | { readonly kind: 'absent' }
  /** Just as a commit published it, perhaps not the last one. */
  | { readonly kind: 'ours'; readonly generation: number }
  /** No good generation is there to hold it against: it is all there is. */
  | { readonly kind: 'only'; readonly document: RegistryDocument }
  /** Edited by another tool, which began with `published`. */
  | {
      readonly kind: 'edited'
      readonly document: RegistryDocument
      readonly published: Pick<RegistryDocument, 'assignments'>
    }
  /** Made from a state that is not known any more. */
  | { readonly kind: 'foreign'; readonly generation: number }
  | { readonly kind: 'corrupt'; readonly reason: string }

/**
 * Reads the published view and says how it relates to the generations.
 *
 * @throws PortRegistryError `REGISTRY_SCHEMA_NEWER`
 */
export function readView({ view, generations }: RegistryLocation, newest: NewestGeneration): ViewState {
  const text = readText(view)
  if (text === undefined) return { kind: 'absent' }
  if (text === newest.text) return { kind: 'ours', generation: newest.number }
  const parsed = parseDocument(text)
  if (parsed.kind === 'newer') throw newerSchema(view, parsed.version)
  if (parsed.kind === 'corrupt') return parsed
  const { document } = parsed
  if (!newest.document) return { kind: 'only', document }
  const { generation } = document
  // A tool that began with an empty file: it can only have removed what came from there.
  if (generation === 0) {
    const { assignments, imported } = newest.document
    const published = { assignments: assignments.filter((one) => imported.includes(one.project_path)) }
    return { kind: 'edited', document, published }
  }
  const published = readGeneration(generations, generation)
  if (published === text) return { kind: 'ours', generation }
  const before = published === undefined ? undefined : parseDocument(published)
  return before?.kind === 'good'
    ? { kind: 'edited', document, published: before.document }
    : { kind: 'foreign', generation }
}

/** Whether the view is absent, or just as some commit published it. */
export function isUnedited({ view, generations }: RegistryLocation): boolean {
  const text = readText(view)
  if (text === undefined) return true
  const parsed = parseDocument(text)
  return parsed.kind === 'good' && readGeneration(generations, parsed.document.generation) === text
}
