import { cliCommand } from '../../errors/cli-command.ts'
import { shellWord } from '../../errors/shell-word.ts'
import { findListener } from '../assign/find-listener.ts'
import { invalidPort } from '../assign/port-errors.ts'
import { probePort } from '../assign/probe-port.ts'
import { ephemeralRange } from '../assign/range-findings.ts'
import type { RegistryParts } from '../assign/registry-parts.ts'
import type { SurveyedContainer } from '../assign/survey-engine.ts'
import { hasProjectFolder } from '../document/fleet-name.ts'
import { mayBeAlive } from '../document/lease-record.ts'
import { allAssignments, hasExpired, serviceOf } from '../document/port-assignment.ts'
import { projectName } from '../document/project-path.ts'

import type { RegistryDocument } from '../document/registry-document.ts'
import {
  formatRange,
  inRange,
  isPort,
  isPublished,
  SERVICE_NAMES,
  type ServiceName,
  usesUdp,
} from '../document/services.ts'

/** One fact about a port, and what would change it. */
export interface PortClaim {
  /** What sort of claim it is. */
  readonly kind: 'assignment' | 'remembered' | 'system' | 'container' | 'process' | 'ephemeral'
  /** Whether the registry gives the port to nobody else because of this. */
  readonly blocks: boolean
  /** A sentence. */
  readonly message: string
  /** ISO 8601, where it is known. */
  readonly since?: string
  /** What would free the port: a command, or a sentence. */
  readonly remedy?: string
}

/** Everything that can be known of one port. */
export interface PortExplanation {
  /** The port that was asked about. */
  readonly port: number
  /** The services whose ranges it lies in. */
  readonly services: readonly ServiceName[]
  /** Whether a project that asks for it gets it. */
  readonly isAvailable: boolean
  /** All that speaks for somebody having it. */
  readonly claims: readonly PortClaim[]
  /** What could not be checked, in a sentence. */
  readonly unchecked?: string
}

/** Finds out who holds the port, since when, why the registry won't give it out, and what would free it. */
export async function explainPort({ store, watch, rangesOf }: RegistryParts, port: number): Promise<PortExplanation> {
  if (!isPort(port)) throw invalidPort(port)
  const { document } = await store.read()
  const ranges = rangesOf(document)
  const services = SERVICE_NAMES.filter((service) => inRange(port, ranges[service]))
  const [outcome, tried] = await Promise.all([watch?.survey(), probePort(port, { udp: services.some(usesUdp) })])
  // A port that only containers have is the engine's machine's, and what was tried is this one's.
  const isElsewhere =
    outcome?.reached && outcome.survey.isElsewhere && services.length > 0 && services.every(isPublished)
  const probed = isElsewhere ? 'free' : tried
  const containers = outcome?.reached ? outcome.survey.containers.filter((one) => one.ports.includes(port)) : []
  const claims = [...registryClaims(document, port, probed === 'free'), ...containers.map((one) => containerClaim(one))]
  if (probed !== 'free' && !containers.some(isActive)) claims.push(processClaim(port, probed))
  const ephemeral = ephemeralRange()
  if (!isElsewhere && inRange(port, ephemeral)) {
    const message = `It lies in ${formatRange(ephemeral)}, from which the system gives ports to outgoing connections.`
    claims.push({ kind: 'ephemeral', blocks: false, message })
  }
  const isServed = services.some((service) => service !== 'system')
  return {
    port,
    services,
    isAvailable: isServed && !claims.some((claim) => claim.blocks),
    claims,
    ...(outcome && !outcome.reached ? { unchecked: `Containers could not be checked: ${outcome.problem}.` } : {}),
    ...(isElsewhere
      ? { unchecked: 'Processes of the machine that the container engine is on can not be seen from here.' }
      : {}),
  }
}

function registryClaims(document: RegistryDocument, port: number, isUnused: boolean): PortClaim[] {
  const now = new Date()
  const claims: PortClaim[] = []
  for (const one of allAssignments(document).filter((record) => record.port === port && record.status !== 'released')) {
    const run = document.leases.find((lease) => lease.project_path === one.project_path && mayBeAlive(lease))
    const using = run ? `; ${run.runner} (process ${run.process.pid}) is using it` : ''
    const gone = hasProjectFolder(one.project_path) ? '' : '; its folder is not there'
    const limit = 'expires_at' in one && one.expires_at ? `; reserved until ${one.expires_at}` : ''
    claims.push({
      kind: 'assignment',
      // Whoever asks for it gets it then.
      blocks: run !== undefined || !hasExpired(one, now) || !isUnused,
      message: `Project ${projectName(one.project_path)} has it for service "${serviceOf(one)}" (${one.assignment_type}${using}${gone}${limit}).`,
      since: one.assigned_at,
      remedy: `${cliCommand()} ports release ${shellWord(one.project_path)}`,
    })
  }
  const system = Object.hasOwn(document.system, String(port)) ? document.system[String(port)] : undefined
  if (system) {
    const message = `The system service "${system.service}" has it (${system.status}).`
    claims.push({ kind: 'system', blocks: true, message, since: system.registered_at })
  }
  for (const one of document.remembered.filter((record) => record.port === port)) {
    const message = `Project ${projectName(one.project_path)} had it last for service "${one.service}" and gets it back if nobody needs it.`
    claims.push({ kind: 'remembered', blocks: false, message, since: one.released_at })
  }
  return claims
}

function containerClaim(container: SurveyedContainer): PortClaim {
  const { name, image, state, project } = container
  const active = isActive(container)
  const byEngine = active ? `docker stop ${name}` : `docker rm ${name}`
  return {
    kind: 'container',
    blocks: active,
    message: `Container ${name} (${image}, ${state}) ${active ? 'holds' : 'will hold'} it${active ? '' : ' when it runs'}.`,
    remedy:
      project === undefined
        ? byEngine
        : `${cliCommand()} down --project ${shellWord(project)}, or where that finds none: ${byEngine}`,
  }
}

function processClaim(port: number, probed: 'busy' | 'reserved'): PortClaim {
  const kind = 'process'
  if (probed === 'reserved') {
    return { kind, blocks: true, message: 'The operating system keeps it for itself, or for privileged users.' }
  }
  const listener = findListener(port)
  return listener
    ? {
        kind,
        blocks: true,
        message: `${listener.command} (process ${listener.pid}) holds it.`,
        remedy: `kill ${listener.pid}`,
      }
    : {
        kind,
        blocks: true,
        message: 'A process holds it that can not be seen from here.',
        remedy: `lsof -nP -i :${port}`,
      }
}

function isActive({ state }: SurveyedContainer): boolean {
  return state === 'running' || state === 'paused' || state === 'restarting'
}
