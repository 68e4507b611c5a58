import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest'
import { PortRegistry } from '../port-registry.ts'
import type { RegistryWarning } from '../store/registry-warning.ts'
import type { EngineWatch, SurveyOutcome } from './engine-watch.ts'
import { type AssignOutcome, type AssignRequest, PortAssigner } from './port-assigner.ts'
import { assembleParts, type PortRegistryOptions } from './registry-parts.ts'
import type { SurveyedContainer } from './survey-engine.ts'

const FIRST = 23_620
const LAST = FIRST + 3
const FIRST_WEB = 23_720

let folder: string
let warnings: RegistryWarning[]
let options: PortRegistryOptions
let registry: PortRegistry
let servers: Server[]
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-assigner-'))
  warnings = []
  servers = []
  const onWarning = (warning: RegistryWarning) => void warnings.push(warning)
  const ranges = { 'iris-web': [FIRST_WEB, FIRST_WEB + 3] } as const
  options = { registryPath: join(folder, 'r.json'), portRange: [FIRST, LAST], ranges, docker: false, onWarning }
  registry = new PortRegistry(options)
})
afterEach(() => {
  for (const server of servers) server.close()
  rmSync(folder, { recursive: true })
})

/** An assigner whose engine is asked by `survey`: there, others get their turn at a known moment. */
function assigner(survey: (self: PortAssigner) => Promise<SurveyOutcome>, request: Partial<AssignRequest> = {}) {
  const watch = { survey: () => survey(self) } as unknown as EngineWatch
  const blank = {
    service: 'iris',
    preferredPort: undefined,
    containerName: undefined,
    avoid: [],
    reason: 'asked',
  } as const
  const self = new PortAssigner({ ...assembleParts(options), watch }, { projectPath: '/p', ...blank, ...request })
  return self
}

function engineWith(...containers: Partial<SurveyedContainer>[]): SurveyOutcome {
  const blank = { id: 'x', name: 'n', image: 'i', state: 'running', project: undefined, ports: [] }
  return { reached: true, survey: { engine: 'e', containers: containers.map((one) => ({ ...blank, ...one })) } }
}

async function listen(port: number): Promise<Server> {
  const server = createServer()
  servers.push(server)
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return server
}

/** Closes the server of the first port once the assigner has found it there. */
async function giveUp(server: Server, self: PortAssigner): Promise<void> {
  await untilBusy(self)
  server.close()
  await once(server, 'close')
}

async function untilBusy(self: PortAssigner): Promise<void> {
  while (!self.facts.busy.has(FIRST)) await sleep(1)
}

const portOf = (outcome: AssignOutcome) => (outcome.kind === 'granted' ? outcome.record.port : outcome.refusal)

/** What the registry tells of its ports, the newest first. */
async function events(): Promise<string[]> {
  return (await registry.history()).map((one) => `${one.action} ${one.port} ${one.project_path}`)
}

describe('what the engine holds', () => {
  test("another project's container keeps its port, running or not", async () => {
    const survey = async () => engineWith({ ports: [FIRST] }, { ports: [FIRST + 1], state: 'exited' })
    expect(portOf(await assigner(survey).run())).toBe(FIRST + 2)
    // The port of the one that doesn't run is better than none.
    const avoid = [FIRST + 2, LAST]
    expect(portOf(await assigner(survey, { projectPath: '/q', avoid }).run())).toBe(FIRST + 1)
  })

  test('one of the same project in another registry does', async () => {
    const ofRegistry = (id: string) => async () => engineWith({ project: '/p', registry: id, ports: [FIRST] })
    expect(portOf(await assigner(ofRegistry('another')).run())).toBe(FIRST + 1)
    await registry.releasePort('/p')
    expect(portOf(await assigner(ofRegistry(registry.registryId)).run())).toBe(FIRST)
  })

  test("the project's own one doesn't: known by its label, by the registry, or by its name", async () => {
    const labelled = async () => engineWith({ project: '/p', ports: [LAST] })
    expect(portOf(await assigner(labelled).run())).toBe(LAST)

    await registry.update('a container', (draft) => {
      draft.containers.known = { engine: 'e', project_path: '/q', name: 'n', keep: 'warm', idle_timeout_ms: 0 }
    })
    const known = async () => engineWith({ id: 'known', ports: [FIRST + 2] })
    expect(portOf(await assigner(known, { projectPath: '/q' }).run())).toBe(FIRST + 2)

    await registry.assignPort('/r', { containerName: 'iris_r' })
    const named = async () => engineWith({ name: 'iris_r', ports: [FIRST + 1] })
    expect(portOf(await assigner(named, { projectPath: '/r', preferredPort: FIRST + 1 }).run())).toBe(FIRST + 1)
    const another = async () => engineWith({ name: 'iris_s', ports: [FIRST] })
    expect(portOf(await assigner(another, { projectPath: '/r', preferredPort: FIRST }).run())).toMatchObject({
      kind: 'conflict',
      obstacle: { kind: 'holder', holder: { name: 'iris_s' } },
    })
  })

  test('an engine that does not answer causes a warning; without a survey there is none', async () => {
    const silent = async (): Promise<SurveyOutcome> => ({ reached: false, problem: 'it hung' })
    expect(portOf(await assigner(silent).run())).toBe(FIRST)
    expect(warnings).toMatchObject([{ code: 'DOCKER_NOT_CHECKED', details: { problem: 'it hung' } }])
    await assigner(async () => engineWith(), { projectPath: '/q' }).run()
    await registry.assignPort('/r')
    expect(warnings).toHaveLength(1)
  })

  test('the port of a container that is gone is reclaimed only where no other is left', async () => {
    await registry.assignPort('/gone', { containerName: 'iris_gone' })
    const survey = async () => engineWith()
    expect(portOf(await assigner(survey, { projectPath: '/a' }).run())).toBe(FIRST + 1)
    // Whoever asks for a port that a process holds is refused, and nobody else loses anything.
    await listen(FIRST + 2)
    const refused = await assigner(survey, { projectPath: '/b', preferredPort: FIRST + 2 }).run()
    expect(portOf(refused)).toMatchObject({ kind: 'conflict', obstacle: { kind: 'holder' } })
    expect(await registry.getAssignment('/gone')).toBeDefined()
    expect(portOf(await assigner(survey, { projectPath: '/b', preferredPort: FIRST }).run())).toBe(FIRST)
    expect(await events()).toEqual([
      `assigned ${FIRST} /b`,
      `reclaimed ${FIRST} /gone`,
      `assigned ${FIRST + 1} /a`,
      `assigned ${FIRST} /gone`,
    ])
  })
})

describe('ports that others take meanwhile', () => {
  test('a busy port is passed over before anything is written', async () => {
    await listen(FIRST + 1)
    expect(portOf(await assigner(async () => engineWith({ ports: [FIRST] })).run())).toBe(FIRST + 2)
    expect(await events()).toEqual([`assigned ${FIRST + 2} /p`])
  })

  test('while others write, a port is reserved first and tried then', async () => {
    await listen(FIRST + 1)
    const survey = async () => {
      await registry.assignPort('/other')
      return engineWith()
    }
    expect(portOf(await assigner(survey).run())).toBe(FIRST + 2)
    expect(await events()).toEqual([`moved ${FIRST + 2} /p`, `assigned ${FIRST + 1} /p`, `assigned ${FIRST} /other`])
  })

  test('while others write, a reserved port that another process was only trying is kept, be it the last one', async () => {
    const server = await listen(FIRST + 1)
    const survey = async () => {
      await registry.assignPort('/other')
      return engineWith()
    }
    const self = assigner(survey, { avoid: [FIRST + 2, LAST] })
    // What was found is forgotten as others write, after the port was found busy, and when none is left.
    let forgotten = 0
    const invalidate = vi.spyOn(self.facts, 'invalidate').mockImplementation(() => {
      forgotten += 1
      self.facts.busy.clear()
      if (forgotten === 3) server.close()
    })
    expect(portOf(await self.run())).toBe(FIRST + 1)
    expect(invalidate).toHaveBeenCalledTimes(3)
    expect(await events()).toEqual([`assigned ${FIRST + 1} /p`, `assigned ${FIRST} /other`])
  })

  test('while others write, a port of which one knows that it is free is taken at once', async () => {
    const survey = async () => {
      await registry.assignPort('/other', { preferredPort: LAST })
      return engineWith()
    }
    expect(portOf(await assigner(survey).run())).toBe(FIRST)
    expect(await events()).toEqual([`assigned ${FIRST} /p`, `assigned ${LAST} /other`])
  })

  test('a requested port is tried first even then', async () => {
    await listen(FIRST)
    const survey = async (self: PortAssigner) => {
      await untilBusy(self)
      await registry.assignPort('/other')
      return engineWith()
    }
    expect(portOf(await assigner(survey, { preferredPort: FIRST }).run())).toMatchObject({
      kind: 'conflict',
      port: FIRST,
    })
    expect(await events()).toEqual([`assigned ${FIRST + 1} /other`])
  })

  test('a port that is free on the second try was only being probed by another process', async () => {
    const server = await listen(FIRST)
    const survey = async (self: PortAssigner) => {
      await giveUp(server, self)
      return engineWith()
    }
    expect(portOf(await assigner(survey, { preferredPort: FIRST }).run())).toBe(FIRST)
  })

  test('while others write, ports that a process held are tried again', async () => {
    const server = await listen(FIRST)
    const survey = async (self: PortAssigner) => {
      await giveUp(server, self)
      await registry.assignPort('/other', { preferredPort: LAST })
      return engineWith()
    }
    expect(portOf(await assigner(survey).run())).toBe(FIRST)
  })

  test('one port is tried where one will do', async () => {
    const self = assigner(async () => engineWith())
    await self.run()
    expect([FIRST, FIRST + 1, FIRST + 2].map((port) => self.facts.isKnown(port))).toEqual([true, false, false])
  })
})

test("a web port lies as far from its range's begin as the project's superserver port does", async () => {
  await registry.assignPort('/other')
  await registry.assignPort('/p')
  const survey = async () => engineWith()
  expect(portOf(await assigner(survey, { service: 'iris-web' }).run())).toBe(FIRST_WEB + 1)
})
