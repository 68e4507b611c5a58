import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { currentProcess } from '../../process/process-identity.ts'
import type { EngineWatch, SurveyOutcome } from '../assign/engine-watch.ts'
import { probePort } from '../assign/probe-port.ts'
import { ephemeralRange } from '../assign/range-findings.ts'
import { assembleParts, type PortRegistryOptions } from '../assign/registry-parts.ts'
import type { SurveyedContainer } from '../assign/survey-engine.ts'
import { PortRegistry } from '../port-registry.ts'
import { explainPort, type PortExplanation } from './explain-port.ts'

const FIRST = 21_610

let folder: string
let options: PortRegistryOptions
let registry: PortRegistry
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'iris-explain-'))
  options = { registryPath: join(folder, 'r.json'), portRange: [FIRST, FIRST + 2], docker: false }
  registry = new PortRegistry(options)
})
afterEach(() => rmSync(folder, { recursive: true }))

/** What is known of the port while an engine answers so. */
function explain(port: number, outcome: SurveyOutcome): Promise<PortExplanation> {
  const watch = { survey: async () => outcome } as unknown as EngineWatch
  return explainPort({ ...assembleParts(options), watch }, port)
}

function engineWith(state: string, project?: string): SurveyOutcome {
  const one: SurveyedContainer = { id: 'x', name: 'n', image: 'i', state, project, ports: [FIRST] }
  return { reached: true, survey: { engine: 'e', containers: [one, { ...one, ports: [FIRST + 1] }] } }
}

test('a port without an assignment is available', async () => {
  expect(await registry.explain(FIRST)).toEqual({ port: FIRST, services: ['iris'], isAvailable: true, claims: [] })
})

test('a port outside of every range, or in that of the system, is not', async () => {
  expect(await registry.explain(1023)).toMatchObject({ services: [], isAvailable: false })
  expect(await registry.explain(2699)).toMatchObject({ services: ['system'], isAvailable: false })
  await expect(registry.explain(0)).rejects.toMatchObject({ code: 'INVALID_PORT' })
})

test('an assignment says who has it, and whether its folder is there and a run uses it', async () => {
  const { assignedAt } = await registry.assignPort(folder)
  const claim = { kind: 'assignment', blocks: true, since: assignedAt.toISOString() }
  const remedy = `npx @iris-devtester/cli ports release ${folder}`
  expect((await registry.explain(FIRST)).claims).toEqual([
    { ...claim, message: `Project ${folder} has it for service "iris" (auto).`, remedy },
  ])
  await registry.update('a run', (draft) => {
    const lease = { id: 'l', runner: 'vitest', process: currentProcess(), acquired_at: new Date().toISOString() }
    draft.leases.push({ ...lease, project_path: '/other', namespaces: [] })
    draft.leases.push({ ...lease, project_path: folder, namespaces: [] })
  })
  expect((await registry.explain(FIRST)).claims[0]?.message).toBe(
    `Project ${folder} has it for service "iris" (auto; vitest (process ${process.pid}) is using it).`,
  )
  await registry.assignPort('/no such', { preferredPort: FIRST + 1 })
  expect((await registry.explain(FIRST + 1)).claims[0]).toMatchObject({
    message: 'Project /no such has it for service "iris" (manual; its folder is not there).',
    remedy: "npx @iris-devtester/cli ports release '/no such'",
  })
})

test('a system service and a project that had the port are named', async () => {
  const port = await freeSystemPort()
  const { registeredAt } = await registry.registerSystemService('mcp', { port, status: 'stopped' })
  expect((await registry.explain(port)).claims).toEqual([
    {
      kind: 'system',
      blocks: true,
      message: 'The system service "mcp" has it (stopped).',
      since: registeredAt.toISOString(),
    },
  ])
  await registry.assignPort('/a')
  await registry.releasePort('/a')
  const explained = await registry.explain(FIRST)
  expect(explained).toMatchObject({
    isAvailable: true,
    claims: [
      {
        kind: 'remembered',
        blocks: false,
        message: 'Project /a had it last for service "iris" and gets it back if nobody needs it.',
        since: (await registry.read()).remembered[0]?.released_at,
      },
    ],
  })
})

test.each(['running', 'paused', 'restarting'])('a container that is %s holds it', async (state) => {
  expect(await explain(FIRST, engineWith(state))).toEqual({
    port: FIRST,
    services: ['iris'],
    isAvailable: false,
    claims: [
      { kind: 'container', blocks: true, message: `Container n (i, ${state}) holds it.`, remedy: 'docker stop n' },
    ],
  })
})

test('a container that has ended will hold it, and one of ours is brought down our way', async () => {
  expect(await explain(FIRST, engineWith('exited', '/it is'))).toMatchObject({
    isAvailable: true,
    claims: [
      {
        kind: 'container',
        blocks: false,
        message: 'Container n (i, exited) will hold it when it runs.',
        remedy: "npx @iris-devtester/cli down --project '/it is', or where that finds none: docker rm n",
      },
    ],
  })
})

test('a port that the system hands out itself is reported as such', async () => {
  const [first, last] = ephemeralRange()
  const { claims } = await registry.explain(first)
  expect(claims).toContainEqual({
    kind: 'ephemeral',
    blocks: false,
    message: `It lies in ${first}-${last}, from which the system gives ports to outgoing connections.`,
  })
})

test('what is released or of another port is not reported', async () => {
  await registry.update('a released one', (draft) => {
    draft.assignments.push({
      project_path: '/gone',
      port: FIRST,
      assigned_at: new Date(0).toISOString(),
      assignment_type: 'auto',
      status: 'released',
      container_name: null,
    })
  })
  await registry.assignPort('/a', { preferredPort: FIRST + 1 })
  await registry.releasePort('/a')
  expect((await registry.explain(FIRST)).claims).toEqual([])
})

test('without an answer of the engine it says so', async () => {
  const explained = await explain(FIRST, { reached: false, problem: 'away' })
  expect(explained.unchecked).toBe('Containers could not be checked: away.')
})

test('a process that listens is named, unless it is that of a container', async () => {
  const server = createServer().listen(FIRST, '127.0.0.1')
  await once(server, 'listening')
  try {
    const { claims, isAvailable } = await explain(FIRST, engineWith('exited'))
    expect([isAvailable, claims.map(({ kind }) => kind)]).toEqual([false, ['container', 'process']])
    if (process.platform === 'linux') {
      expect(claims[1]).toMatchObject({ remedy: `kill ${process.pid}`, blocks: true })
      expect(claims[1]?.message).toMatch(new RegExp(`^.+ \\(process ${process.pid}\\) holds it\\.$`))
    }
    const running = await explain(FIRST, engineWith('running'))
    expect(running.claims.map(({ kind }) => kind)).toEqual(['container'])
  } finally {
    server.close()
  }
})

/** One of the range that nothing of this machine has, such as a developer's own dashboard. */
async function freeSystemPort(): Promise<number> {
  for (let port = 2601; port <= 2699; port += 1) if ((await probePort(port)) === 'free') return port
  throw new Error('every system port is taken')
}
