import { emptyDocument, type RegistryDocument } from './registry-document.ts'
import { DEFAULT_RANGES, isPort, isRange } from './services.ts'

/** What the text of a registry file turned out to be. */
export type ParsedDocument =
  | { readonly kind: 'good'; readonly document: RegistryDocument }
  | { readonly kind: 'corrupt'; readonly reason: string }
  | { readonly kind: 'newer'; readonly version: string }

/**
 * Reads a registry file's text without ever throwing. A file is good as a whole or not at all: half of a broken one would
 * grant ports that are taken.
 */
export function parseDocument(text: string): ParsedDocument {
  let raw: unknown
  try {
    raw = JSON.parse(text)
  } catch (error) {
    return { kind: 'corrupt', reason: (error as Error).message }
  }
  return checkDocument(raw)
}

/** Like {@link parseDocument}, for what is parsed already. */
export function checkDocument(raw: unknown): ParsedDocument {
  if (!isObject(raw)) return { kind: 'corrupt', reason: 'not an object' }
  if (isDeeper(raw, MAX_DEPTH)) return { kind: 'corrupt', reason: 'nested too deeply' }
  const version = raw.schema_version ?? '1.0'
  if (version !== '1.0') {
    return isNewer(version)
      ? { kind: 'newer', version: String(version) }
      : { kind: 'corrupt', reason: `schema_version ${shorten(version)}` }
  }
  const document = { ...emptyDocument(new Date(0)), ...raw, schema_version: '1.0' } as RegistryDocument
  const reason = firstFlaw(document)
  if (reason !== undefined) return { kind: 'corrupt', reason }
  return { kind: 'good', document }
}

/** What others keep here is written back and copied, which deeper nesting than this might make impossible. */
const MAX_DEPTH = 64

function isDeeper(value: unknown, depth: number): boolean {
  if (typeof value !== 'object' || value === null) return false
  if (depth === 0) return true
  for (const key in value) if (isDeeper((value as Record<string, unknown>)[key], depth - 1)) return true
  return false
}

function isNewer(version: unknown): boolean {
  if (typeof version !== 'string' && typeof version !== 'number') return false
  const [, major, minor = 0] = /^(\d{1,9})(?:\.(\d{1,9}))?$/.exec(String(version)) ?? []
  return Number(major) > 1 || (Number(major) === 1 && Number(minor) > 0)
}

function firstFlaw(document: RegistryDocument): string | undefined {
  const { generation } = document
  if (!isText(document.created_at)) return 'created_at'
  if (!Number.isSafeInteger(generation) || generation < 0 || generation > MAX_GENERATION) return 'generation'
  if (!isListOf(document.transactions, isText)) return 'transactions'
  if (!isListOf(document.assignments, isAssignment)) return 'assignments'
  if (!isListOf(document.service_assignments, isServiceAssignment)) return 'service_assignments'
  if (!isListOf(document.remembered, isRemembered)) return 'remembered'
  if (!isListOf(document.imported, isText)) return 'imported'
  if (!isRecordOf(document.folders, (value) => value === true)) return 'folders'
  if (!isRecordOf(document.system, isSystemRecord, (key) => isPort(Number(key)))) return 'system'
  if (!isOptional(document.ranges, isRanges)) return 'ranges'
  if (!isListOf(document.leases, isLease)) return 'leases'
  if (!isRecordOf(document.containers, isContainer)) return 'containers'
  if (!isOptional(document.reaper, isProcess)) return 'reaper'
  if (!isListOf(document.history, isHistoryRecord)) return 'history'
  return firstDuplicate(document)
}

/** Numbers beyond it would lose their last digit one day. */
const MAX_GENERATION = 2 ** 50

function firstDuplicate({ assignments, service_assignments, system }: RegistryDocument): string | undefined {
  const ports = new Set<number>(Object.keys(system).map(Number))
  const owners = new Set<string>()
  for (const one of [...assignments, ...service_assignments]) {
    if (one.status === 'released') continue
    if (ports.has(one.port)) return `port ${one.port} is assigned twice`
    ports.add(one.port)
    const owner = `${'service' in one ? one.service : 'iris'}\0${one.project_path}`
    if (owners.has(owner)) return `${shorten(one.project_path)} has two assignments for one service`
    owners.add(owner)
  }
  return undefined
}

function isAssignment(value: unknown): boolean {
  return (
    isObject(value) &&
    isProjectPath(value.project_path) &&
    isPort(value.port) &&
    isDate(value.assigned_at) &&
    (value.assignment_type === 'auto' || value.assignment_type === 'manual') &&
    (value.status === 'active' || value.status === 'released' || value.status === 'stale') &&
    (value.container_name === undefined || value.container_name === null || isText(value.container_name))
  )
}

function isServiceAssignment(value: unknown): boolean {
  return (
    isAssignment(value) &&
    isObject(value) &&
    isService(value.service) &&
    value.service !== 'iris' &&
    isOptional(value.expires_at, isDate)
  )
}

function isRemembered(value: unknown): boolean {
  return (
    isObject(value) &&
    isProjectPath(value.project_path) &&
    isService(value.service) &&
    isPort(value.port) &&
    isDate(value.released_at)
  )
}

function isSystemRecord(value: unknown): boolean {
  return isObject(value) && isText(value.service) && isText(value.status) && isDate(value.registered_at)
}

function isRanges(value: unknown): boolean {
  return isRecordOf(value, isRange, isService)
}

function isLease(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.id) &&
    isProjectPath(value.project_path) &&
    isText(value.runner) &&
    isProcess(value.process) &&
    isDate(value.acquired_at) &&
    isOptional(value.renewed_at, isDate) &&
    isOptional(value.engine, isText) &&
    isOptional(value.container_id, isText) &&
    isOptional(value.abandoned, (abandoned) => abandoned === true) &&
    isOptional(value.workers, Number.isSafeInteger) &&
    isListOf(value.namespaces, isText)
  )
}

function isProcess(value: unknown): boolean {
  return (
    isObject(value) &&
    Number.isSafeInteger(value.pid) &&
    typeof value.startTime === 'string' &&
    typeof value.host === 'string'
  )
}

function isOptional(value: unknown, is: (value: unknown) => boolean): boolean {
  return value === undefined || is(value)
}

function isContainer(value: unknown): boolean {
  return (
    isObject(value) &&
    isProjectPath(value.project_path) &&
    isText(value.name) &&
    isText(value.engine) &&
    (value.keep === 'warm' || value.keep === 'stop') &&
    typeof value.idle_timeout_ms === 'number' &&
    isOptional(value.settings, isText) &&
    isOptional(value.ready_boot, isText) &&
    isOptional(value.no_web, (without) => without === true) &&
    isOptional(value.idle_since, isDate) &&
    isOptional(value.closing, isProcess) &&
    isOptional(value.applied, (applied) => isListOf(applied, isText)) &&
    isOptional(value.set_aside, isSetAside) &&
    isOptional(
      value.applying,
      (applying) => isObject(applying) && isText(applying.lease) && isProcess(applying.process),
    ) &&
    isOptional(value.loaded, isText) &&
    isOptional(value.loading, isProcess) &&
    isOptional(value.kept, (kept) => isListOf(kept, isKept))
  )
}

function isKept(value: unknown): boolean {
  return (
    isObject(value) &&
    isText(value.namespace) &&
    isText(value.lease) &&
    isOptional(value.test, isText) &&
    isDate(value.at) &&
    isOptional(value.run_ended, isDate)
  )
}

function isSetAside(value: unknown): boolean {
  return (
    isObject(value) &&
    isProcess(value.by) &&
    typeof value.was_running === 'boolean' &&
    isOptional(value.replaced, (replaced) => replaced === true) &&
    isListOf(
      value.assignments,
      (one) => isObject(one) && (one.service === 'iris' || one.service === 'iris-web') && isAssignment(one.record),
    )
  )
}

function isHistoryRecord(value: unknown): boolean {
  return (
    isObject(value) &&
    isDate(value.at) &&
    isText(value.action) &&
    isPort(value.port) &&
    isText(value.project_path) &&
    isService(value.service) &&
    typeof value.reason === 'string'
  )
}

function isService(value: unknown): boolean {
  return typeof value === 'string' && Object.hasOwn(DEFAULT_RANGES, value)
}

function isProjectPath(value: unknown): boolean {
  return isText(value) && !value.includes('\0')
}

function isDate(value: unknown): boolean {
  return isText(value) && !Number.isNaN(Date.parse(value))
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== ''
}

function isListOf(value: unknown, isItem: (item: unknown) => boolean): boolean {
  return Array.isArray(value) && value.every(isItem)
}

function isRecordOf(value: unknown, isItem: (item: unknown) => boolean, isKey = (_key: string) => true): boolean {
  return isObject(value) && Object.keys(value).every((key) => isKey(key) && isItem(value[key]))
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function shorten(value: unknown): string {
  return String(JSON.stringify(value)).slice(0, 80)
}
