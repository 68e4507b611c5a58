import { hasProjectFolder } from '../document/fleet-name.ts'
import { findAssignment, type StoredAssignment } from '../document/port-assignment.ts'
import type { RegistryDocument } from '../document/registry-document.ts'
import type { ServiceName } from '../document/services.ts'

import { amend, grant, limit } from '../document/transitions.ts'

import type { WriteStep } from '../store/registry-writer.ts'
import { changedRanges, rememberRanges } from './configured-ranges.ts'
import { candidatePorts, decidePort, first, type PortDecision, type PortRequest } from './decide-port.ts'
import { notChecked, type SurveyOutcome } from './engine-watch.ts'
import { MachineFacts } from './machine-facts.ts'
import type { RegistryParts } from './registry-parts.ts'
import { expiredPorts, findStale, unusedPorts, withoutStale } from './release-stale.ts'
import type { SurveyedContainer } from './survey-engine.ts'

/** What is asked of the {@link PortAssigner}, checked and complete. */
export interface AssignRequest {
  readonly projectPath: string
  readonly service: ServiceName
  readonly preferredPort: number | undefined
  readonly containerName: string | undefined
  readonly avoid: readonly number[]
  /** Why it is asked, for the history. */
  readonly reason: string
  /** How long it is kept although nothing listens, in ms; `undefined` until it is released. */
  readonly timeLimitMs?: number | undefined
}

/** Why a request can't be met. */
export type Refusal = Extract<PortDecision, { kind: 'conflict' | 'held' | 'exhausted' }>

export type AssignOutcome =
  | { readonly kind: 'granted'; readonly record: StoredAssignment }
  | { readonly kind: 'refused'; readonly refusal: Refusal }

/** How many ports are tried at once when the first choice turned out to be taken. */
const BATCH = 16
/** How many other ports a store may choose from: as many as others may want at the same moment. */
const OTHERS = 255

/** Serves one request for a port: decides, finds out what it must know for that, and commits. */
export class PortAssigner {
  readonly facts: MachineFacts
  readonly #parts: RegistryParts
  readonly #request: AssignRequest
  readonly #avoid: Set<number>
  #survey: SurveyOutcome | undefined
  /** Those of the ports whose time limit is over that nobody has bound. */
  #unused: ReadonlySet<number> = new Set()
  /** The generation on which ports were first tried. */
  #triedAt: number | undefined
  /** Whether others are writing at the same time. */
  #isContended = false

  constructor(parts: RegistryParts, request: AssignRequest) {
    this.#parts = parts
    this.#request = request
    this.#avoid = new Set(request.avoid)
    this.facts = new MachineFacts(request.service)
  }

  async run(): Promise<AssignOutcome> {
    for (let refusals = 0; ; ) {
      const outcome = await this.#parts.writer.run((document) => this.#step(document), refusals === 0)
      if (outcome.kind === 'refused') {
        refusals += 1
        if (refusals === 1 && (await this.#tryAgain())) continue
        return outcome
      }
      const { port } = outcome.record
      if (!outcome.unchecked) return outcome
      // Taken while others were at it, so it was reserved first and is tried now.
      this.#isContended = true
      await this.facts.probe([port])
      // Others may just have been trying it, too.
      if (this.facts.busy.has(port)) await this.facts.probeAgain()
      if (!this.facts.busy.has(port)) return outcome
      this.#avoid.add(port)
    }
  }

  /** Tries again what was found held by a process. @returns whether any of it is free now */
  async #tryAgain(): Promise<boolean> {
    if (!(await this.facts.probeAgain())) return false
    const given = new Set(this.#request.avoid)
    for (const port of this.#avoid) if (!given.has(port) && this.facts.isFree(port)) this.#avoid.delete(port)
    return true
  }

  /** Asks the engine what its containers hold. */
  async surveyMachine(document: RegistryDocument): Promise<void> {
    const { watch, warn, warnOfRanges } = this.#parts
    warnOfRanges(document)
    this.#survey = watch ? await watch.survey() : { reached: false, problem: 'not wanted' }
    if (watch && !this.#survey.reached) warn(notChecked(this.#survey.problem))
    this.facts.merge(this.#survey, (container) => this.#isOwn(document, container))
    this.#unused = await unusedPorts(expiredPorts(document))
  }

  /** The request in the words of the decision, as the registry is now. */
  describe(document: RegistryDocument): PortRequest {
    const { projectPath, service, preferredPort } = this.#request
    const ranges = this.#parts.rangesOf(document)
    const superserver = service === 'iris-web' ? findAssignment(document, projectPath, 'iris') : undefined
    return {
      projectPath,
      service,
      preferredPort,
      range: ranges[service],
      avoid: this.#avoid,
      partnerPort: superserver && ranges['iris-web'][0] + superserver.port - ranges.iris[0],
      others: this.#parts.store.isShared && this.#survey ? OTHERS : 0,
    }
  }

  #step(current: RegistryDocument): WriteStep<AssignOutcome & { readonly unchecked?: boolean }> {
    if (this.#triedAt !== undefined && this.#triedAt !== current.generation && !this.#isContended) {
      this.#isContended = true
      this.facts.invalidate()
    }
    const request = this.describe(current)
    let document = current
    let decision = decidePort(document, request, this.facts)
    if (this.#survey && isByAssignments(decision)) {
      const survey = this.#survey.reached ? this.#survey.survey : undefined
      document = withoutStale(
        current,
        findStale(current, {
          survey,
          registryId: this.#parts.store.registryId,
          isUnused: (port) => this.#unused.has(port) && !this.facts.busy.has(port),
        }),
      )
      if (document !== current) decision = decidePort(document, request, this.facts)
    }
    if (decision.kind === 'keep' || decision.kind === 'pin') {
      const pinned =
        decision.kind === 'pin' ? amend(document, decision.record, { assignment_type: 'manual' }) : document
      const next = this.#limited(pinned)
      if (next === document) return { kind: 'done', value: { kind: 'granted', record: decision.record } }
      return { kind: 'commit', next, value: this.#granted(next) }
    }
    if (!this.#survey) return this.#prepare(document, request, decision)
    if (decision.kind !== 'take') return { kind: 'done', value: { kind: 'refused', refusal: decision } }
    const unchecked = !this.facts.isKnown(decision.port)
    if (unchecked && (!this.#isContended || decision.type === 'manual'))
      return this.#prepare(document, request, decision)
    const next = this.#grant(document, decision)
    const outcomeOf = (committed: RegistryDocument) => {
      const granted = this.#granted(committed)
      return { ...granted, unchecked: !this.facts.isKnown(granted.record.port) }
    }
    const { port, others } = decision
    const { projectPath, service } = request
    // Where others may be taking ports at the same moment, the store takes the first that is free then.
    const anyOf = others && { projectPath, service, ports: [port, ...others], outcomeOf }
    return { kind: 'commit', next, value: outcomeOf(next), ...(anyOf ? { anyOf } : {}) }
  }

  #grant(document: RegistryDocument, decision: Extract<PortDecision, { kind: 'take' }>): RegistryDocument {
    const { projectPath, service, reason } = this.#request
    const { replaces, port, type } = decision
    const containerName = this.#request.containerName ?? replaces?.container_name ?? undefined
    const folderExists = hasProjectFolder(projectPath)
    const given = { projectPath, service, port, type, containerName, folderExists, expiresAt: this.#expiresAt() }
    const { configured, warn } = this.#parts
    for (const warning of changedRanges(document, configured)) warn(warning)
    return grant(rememberRanges(document, configured), given, {
      action: replaces ? 'moved' : 'assigned',
      reason: replaces ? `from ${replaces.port}: ${reason}` : reason,
      at: new Date(),
    })
  }

  /** The request that came last decides how long the port is kept. */
  #limited(document: RegistryDocument): RegistryDocument {
    const { projectPath, service } = this.#request
    const record = findAssignment(document, projectPath, service)
    const expiresAt = this.#expiresAt()
    if (!record || !('service' in record) || (record.expires_at === undefined && !expiresAt)) return document
    return limit(document, record, expiresAt)
  }

  #expiresAt(): Date | undefined {
    const { timeLimitMs } = this.#request
    return timeLimitMs === undefined ? undefined : new Date(Date.now() + timeLimitMs)
  }

  #granted(document: RegistryDocument): { kind: 'granted'; record: StoredAssignment } {
    const record = findAssignment(document, this.#request.projectPath, this.#request.service)
    if (!record) throw new TypeError('The assignment that was just made is not there.')
    return { kind: 'granted', record }
  }

  #prepare(document: RegistryDocument, request: PortRequest, decision: PortDecision): WriteStep<never> {
    const isFirst = this.#survey === undefined
    const wanted = isFirst && decision.kind === 'take' ? decision.port : request.preferredPort
    const ports =
      wanted === undefined ? first(isFirst ? 1 : BATCH, candidatePorts(document, request, this.facts)) : [wanted]
    this.#triedAt ??= document.generation
    return {
      kind: 'prepare',
      work: async () => {
        const survey = isFirst ? this.surveyMachine(document) : undefined
        await Promise.all([this.facts.probe(ports, survey), survey])
      },
    }
  }

  /** Two registries never share a container, so one of another registry holds its port against this project too. */
  #isOwn(document: RegistryDocument, container: SurveyedContainer): boolean {
    if (container.registry !== undefined && container.registry !== this.#parts.store.registryId) return false
    const { projectPath, service } = this.#request
    const known = Object.hasOwn(document.containers, container.id) ? document.containers[container.id] : undefined
    const name = findAssignment(document, projectPath, service)?.container_name
    return container.project === projectPath || known?.project_path === projectPath || container.name === name
  }
}

function isByAssignments(decision: PortDecision): boolean {
  return decision.kind === 'exhausted' || (decision.kind === 'conflict' && decision.obstacle.kind === 'assignment')
}
