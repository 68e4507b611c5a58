import { statSync } from 'node:fs'
import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import { isOlder, KEEP, listTemporary } from '../store/collect-garbage.ts'
import type { NewestGeneration } from '../store/newest-generation.ts'
import { readView, type ViewState } from '../store/published-view.ts'
import { listQuarantined } from '../store/quarantine.ts'
import { isAbandoned, lockPath } from '../store/queue-holder.ts'
import type { RegistryLocation } from '../store/registry-location.ts'

/** Something about the registry that isn't as it should be, or that is good to know. */
export interface RegistryFinding {
  /** Stable, machine-readable: `VIEW_BEHIND`. */
  readonly code: string
  /** How bad it is. */
  readonly severity: 'error' | 'warning' | 'info'
  /** What is the matter. */
  readonly message: string
  /** What to do about it, with a command that exists. */
  readonly remedy: string
  /** Whether `repairRegistry` takes care of it. */
  readonly isRepairable: boolean
  /** The facts behind the message. */
  readonly details: Readonly<Record<string, unknown>>
}

/** What makes `repairRegistry` worth calling, as a command. */
function repairCommand(): string {
  return `${cliCommand()} ports doctor --repair`
}

/** Holds the registry's files against each other. */
export function diagnoseFiles(location: RegistryLocation, newest: NewestGeneration): RegistryFinding[] {
  const stats = statSync(location.folder, { throwIfNoEntry: false })
  if (!stats) return []
  return [
    ...diagnoseFolder(location, stats.mode, stats.uid),
    ...newest.damaged.map(({ number, reason }) =>
      repairable('GENERATION_DAMAGED', 'error', `Generation ${number} can't be read (${reason}).`, { number, reason }),
    ),
    ...diagnoseView(location, readView(location, newest), newest),
    ...diagnoseLeftovers(location),
  ]
}

function diagnoseFolder({ folder }: RegistryLocation, mode: number, uid: number): RegistryFinding[] {
  const own = process.geteuid?.()
  if (own === undefined) return []
  if (uid !== own) {
    const message = `${folder} belongs to the user with id ${uid}, not to you (id ${own}): nothing is written there.`
    const remedy = 'Run as its owner, or: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours'
    return [byHand('REGISTRY_WRONG_OWNER', 'error', message, remedy, { folder, owner: uid })]
  }
  if ((mode & 0o077) === 0) return []
  const message = `Others can look into ${folder}.`
  return [
    byHand('FOLDER_OPEN', 'info', message, `chmod 700 ${shellWord(folder)}`, {
      folder,
      mode: (mode & 0o777).toString(8),
    }),
  ]
}

function diagnoseView({ view }: RegistryLocation, state: ViewState, newest: NewestGeneration): RegistryFinding[] {
  if (state.kind === 'absent') {
    if (newest.number === 0) return []
    return [repairable('VIEW_MISSING', 'warning', `${view}, which other tools read, is not there.`, { path: view })]
  }
  if (state.kind === 'ours' && state.generation !== newest.number) {
    const message = `${view} shows generation ${state.generation}, but ${newest.number} is the newest: a writer died between its commit and the publication.`
    return [repairable('VIEW_BEHIND', 'warning', message, { shown: state.generation, newest: newest.number })]
  }
  if (state.kind === 'edited') {
    const message = `${view} was edited by another tool. Its entries count, and the next change takes them over.`
    return [repairable('VIEW_EDITED', 'info', message, { path: view })]
  }
  if (state.kind === 'foreign') {
    const message = `${view} comes from generation ${state.generation}, which isn't known any more. It is ignored.`
    return [repairable('VIEW_FOREIGN', 'warning', message, { generation: state.generation })]
  }
  if (state.kind === 'corrupt') {
    return [repairable('VIEW_CORRUPT', 'error', `${view} can't be read (${state.reason}).`, { reason: state.reason })]
  }
  return []
}

function diagnoseLeftovers(location: RegistryLocation): RegistryFinding[] {
  const findings: RegistryFinding[] = []
  const lock = lockPath(location)
  if (isAbandoned(location)) {
    findings.push(repairable('LOCK_STALE', 'warning', `The lock ${lock} was left behind by a dead process.`, { lock }))
  }
  const old = listTemporary(location).filter((path) => isOlder(path, Date.now(), KEEP.ageMs))
  if (old.length > 0) {
    const message = `${old.length} unfinished files of dead writers lie in ${location.folder}.`
    findings.push(repairable('TEMPORARY_LEFT', 'info', message, { files: old }))
  }
  const files = listQuarantined(location)
  if (files.length > 0) {
    const message = `${files.length} damaged registry files were kept: ${files.join(', ')}.`
    findings.push(
      byHand('QUARANTINED', 'info', message, `Look at them, then: rm ${files.map(shellWord).join(' ')}`, { files }),
    )
  }
  return findings
}

type Severity = RegistryFinding['severity']
type Details = RegistryFinding['details']

function repairable(code: string, severity: Severity, message: string, details: Details): RegistryFinding {
  return { code, severity, message, remedy: repairCommand(), isRepairable: true, details }
}

function byHand(code: string, severity: Severity, message: string, remedy: string, details: Details): RegistryFinding {
  return { code, severity, message, remedy, isRepairable: false, details }
}
