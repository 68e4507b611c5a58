import { cliCommand } from '../../errors/cli-command.ts'
import { ephemeralRange, rangeFindings } from '../assign/range-findings.ts'
import { assembleParts, type PortRegistryOptions, type RegistryParts } from '../assign/registry-parts.ts'
import { expiredPorts, findStale, unusedPorts } from '../assign/release-stale.ts'
import type { EngineSurvey } from '../assign/survey-engine.ts'
import { PortRegistryError } from '../document/port-registry-error.ts'
import { projectName } from '../document/project-path.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import { SERVICE_NAMES } from '../document/services.ts'
import { readNewest } from '../store/newest-generation.ts'
import type { RegistryFinding } from './diagnose-files.ts'
import { diagnoseFiles } from './diagnose-files.ts'

/** How a registry is. */
export interface RegistryDiagnosis {
  /** The view that other tools read and write. */
  readonly registryPath: string
  /** The folder of the registry's files. */
  readonly folder: string
  /** The number of the newest commit, 0 before the first. */
  readonly generation: number
  /** Whether there is nothing worse than information. */
  readonly isHealthy: boolean
  /** The worst first. */
  readonly findings: readonly RegistryFinding[]
}

/** Looks the registry over without changing anything. Never throws for what it finds. */
export async function diagnoseRegistry(options: PortRegistryOptions = {}): Promise<RegistryDiagnosis> {
  const parts = assembleParts(options)
  const { location } = parts
  const findings: RegistryFinding[] = []
  let generation = 0
  let document: RegistryDocument | undefined
  try {
    const found = parts.isFolder ? readNewest(location.generations) : await parts.store.read()
    document = found.document
    generation = 'number' in found ? found.number : found.generation
    if ('number' in found) findings.push(...diagnoseFiles(location, found))
  } catch (error) {
    findings.push(unusable(error))
  }
  const survey = await askEngine(parts, findings)
  if (document) findings.push(...(await diagnoseAssignments(document, survey, parts.store.registryId)))
  for (const { code, message, details } of rangeFindings(
    parts.rangesOf(document ?? {}),
    SERVICE_NAMES,
    ephemeralRange(),
  )) {
    const remedy = `Move the range if this ever gets in your way: ${cliCommand()} ports ranges --service ${details.service} --set <first>-<last>`
    findings.push({ code, severity: 'info', message, remedy, isRepairable: false, details })
  }
  findings.sort((one, other) => SEVERITIES.indexOf(one.severity) - SEVERITIES.indexOf(other.severity))
  return {
    registryPath: parts.store.path,
    folder: location.folder,
    generation,
    isHealthy: findings.every(({ severity }) => severity === 'info'),
    findings,
  }
}

const SEVERITIES = ['error', 'warning', 'info']

async function askEngine({ watch }: RegistryParts, findings: RegistryFinding[]): Promise<EngineSurvey | undefined> {
  const outcome = await watch?.survey()
  if (!outcome || outcome.reached) return outcome?.survey
  const { problem } = outcome
  findings.push({
    code: 'ENGINE_UNREACHABLE',
    severity: 'warning',
    message: `The container engine can't be asked which ports it holds: ${problem}.`,
    remedy: 'Start it, then look again: docker version',
    isRepairable: false,
    details: { problem },
  })
  return undefined
}

async function diagnoseAssignments(
  document: RegistryDocument,
  survey: EngineSurvey | undefined,
  registryId: string,
): Promise<RegistryFinding[]> {
  const unused = await unusedPorts(expiredPorts(document))
  return findStale(document, { survey, registryId, isUnused: (port) => unused.has(port) }).map(
    ({ record, reason }) => ({
      code: 'STALE_ASSIGNMENT',
      severity: 'info',
      message: `Port ${record.port} of ${projectName(record.project_path)} can be released: ${reason}.`,
      remedy: `${cliCommand()} ports cleanup`,
      isRepairable: false,
      details: { port: record.port, projectPath: record.project_path, reason },
    }),
  )
}

function unusable(error: unknown): RegistryFinding {
  if (!(error instanceof PortRegistryError)) {
    const { message, code } = error as NodeJS.ErrnoException
    const remedy = 'See who may read the folder: ls -ld ~/.iris-devtester'
    return {
      code: 'REGISTRY_UNREADABLE',
      severity: 'error',
      message,
      remedy,
      isRepairable: false,
      details: { errno: code },
    }
  }
  const [message = ''] = error.message.split('\n')
  const { code, details, hint = '' } = error
  return { code, severity: 'error', message, remedy: hint, isRepairable: false, details }
}
