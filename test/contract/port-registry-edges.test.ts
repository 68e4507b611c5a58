import { once } from 'node:events'
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs'
import { createServer, type Server } from 'node:net'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  diagnoseRegistry,
  PortConflictError,
  PortRegistry,
  PortRegistryError,
  type RegistryWarning,
  repairRegistry,
} from '../../packages/core/src/ports/index.ts'
import { currentProcess } from '../../packages/core/src/process/process-identity.ts'
import type { AssignAnswer, AssignTask } from '../faults/assign-task.ts'
import { endFleet, startFleet } from '../faults/fleet.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'

const RANGE = [21_200, 21_209] as const
const [FIRST] = RANGE

let folder: TemporaryFolder
let registry: PortRegistry
let warnings: RegistryWarning[]
beforeEach(() => {
  folder = new TemporaryFolder()
  warnings = []
  registry = open()
})
afterEach(() => folder[Symbol.dispose]())

function options() {
  const onWarning = (warning: RegistryWarning) => void warnings.push(warning)
  return {
    registryPath: join(folder.path, 'home', 'port-registry.json'),
    portRange: RANGE,
    docker: false,
    onWarning,
  } as const
}

function open(): PortRegistry {
  return new PortRegistry(options())
}

async function listen(port: number, host: string, ipv6Only = false): Promise<Server> {
  const server = createServer()
  server.listen({ port, host, ipv6Only })
  await once(server, 'listening')
  return server
}

async function codeOf(request: Promise<unknown>): Promise<string> {
  const error = await request.then(
    () => 'no error',
    (reason: unknown) => reason,
  )
  return error instanceof PortRegistryError ? error.code : String(error)
}

describe('bad arguments', () => {
  test.each([0, 70_000, -1, 1975.5, Number.NaN, '1975', null])(
    'port %s is refused and nothing is written',
    async (port) => {
      const request = registry.assignPort('/tmp/project-a', { preferredPort: port as number })
      expect(await codeOf(request)).toBe('INVALID_PORT')
      expect(readdirSync(folder.path)).toEqual([])
    },
  )

  test.each(['project-a', './project-a', '', '../x', 7, undefined])('project path %s is refused', async (path) => {
    expect(await codeOf(registry.assignPort(path as string))).toBe('INVALID_PROJECT_PATH')
    expect(await codeOf(registry.releasePort(path as string))).toBe('INVALID_PROJECT_PATH')
    expect(readdirSync(folder.path)).toEqual([])
  })

  test('an unknown service and a range that is none are refused', async () => {
    expect(await codeOf(registry.assignPort('/tmp/a', { service: 'ruby' as 'node' }))).toBe('UNKNOWN_SERVICE')
    expect(() => new PortRegistry({ portRange: [20, 10] })).toThrow(PortRegistryError)
  })
})

describe('one project, however its path is written', () => {
  test('trailing slash, dots and symbolic links name the same project', async () => {
    const project = join(folder.path, 'project')
    mkdirSync(join(project, 'inner'), { recursive: true })
    symlinkSync(project, join(folder.path, 'link'))
    const { port, projectPath } = await registry.assignPort(project)
    expect(projectPath).toBe(project)
    const names = [
      `${project}/`,
      `${project}/inner/..`,
      `${project}/./`,
      join(folder.path, 'link'),
      `${folder.path}/link/`,
    ]
    for (const name of names) expect(await registry.assignPort(name)).toMatchObject({ port, projectPath })
  })

  test('a deleted folder keeps its name and its port', async () => {
    const project = join(folder.path, 'project', 'inner')
    mkdirSync(project, { recursive: true })
    symlinkSync(join(folder.path, 'project'), join(folder.path, 'link'))
    const { port } = await registry.assignPort(project)
    rmSync(project, { recursive: true })
    expect(await registry.getAssignment(project)).toMatchObject({ port })
    expect(await registry.getAssignment(join(folder.path, 'link', 'inner', '/'))).toMatchObject({ port })
  })

  test('a path in other letters is another project where the file system tells them apart', async () => {
    const lower = join(folder.path, 'project')
    const upper = join(folder.path, 'PROJECT')
    mkdirSync(lower)
    const { port } = await registry.assignPort(lower)
    const isSame = readdirSync(folder.path).includes('project') && !mkdirSucceeds(upper)
    const other = await registry.assignPort(upper)
    expect(other.port === port).toBe(isSame)
  })
})

function mkdirSucceeds(path: string): boolean {
  try {
    mkdirSync(path)
    return true
  } catch {
    return false
  }
}

describe('ports that somebody else holds', () => {
  test.each([
    ['0.0.0.0', '0.0.0.0', false],
    ['127.0.0.1', '127.0.0.1', false],
    [':: alone', '::', true],
    ['::1', '::1', false],
    ['both families', '::', false],
  ])('a port held on %s is passed over, and refused to who asks for it', async (_name, host, ipv6Only) => {
    const server = await listen(FIRST, host, ipv6Only)
    try {
      expect((await registry.assignPort('/tmp/project-a')).port).toBe(FIRST + 1)
      const error = await registry
        .assignPort('/tmp/project-b', { preferredPort: FIRST })
        .catch((reason: unknown) => reason)
      expect(error).toBeInstanceOf(PortConflictError)
      expect((error as PortConflictError).suggestions).toHaveLength(3)
      if (process.platform === 'linux') expect((error as PortConflictError).details.pid).toBe(process.pid)
    } finally {
      server.close()
    }
  })

  test('explain names the process that holds a port, the project that has it, and what would free it', async () => {
    const server = await listen(FIRST, '127.0.0.1')
    try {
      const held = await registry.explain(FIRST)
      expect(held).toMatchObject({ isAvailable: false, services: ['iris'] })
      expect(held.claims.map((claim) => claim.kind)).toEqual(['process'])
      await registry.assignPort('/tmp/project-a')
      const assigned = await registry.explain(FIRST + 1)
      expect(assigned.claims[0]).toMatchObject({
        kind: 'assignment',
        blocks: true,
        remedy: 'npx iris-devtester ports release /tmp/project-a',
      })
      await registry.releasePort('/tmp/project-a')
      const remembered = await registry.explain(FIRST + 1)
      expect(remembered).toMatchObject({ isAvailable: true, claims: [{ kind: 'remembered', blocks: false }] })
    } finally {
      server.close()
    }
  })

  test('an automatic assignment moves on when the engine refuses its port; a manual one is given up', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    const moved = await registry.reassignPort('/tmp/project-a', { reason: 'port is already allocated', port })
    expect(moved).toMatchObject({ port: port + 1, assignmentType: 'auto' })
    expect((await registry.history())[0]).toMatchObject({
      action: 'moved',
      port: port + 1,
      reason: expect.stringContaining('port is already allocated'),
    })
    // Another run of the project, late with the same news, gets what the first one got.
    expect(await registry.reassignPort('/tmp/project-a', { reason: 'again', port })).toEqual(moved)
    await registry.assignPort('/tmp/project-b', { preferredPort: FIRST + 5 })
    const refused = registry.reassignPort('/tmp/project-b', { reason: 'address already in use' })
    await expect(refused).rejects.toBeInstanceOf(PortConflictError)
    expect(await registry.getAssignment('/tmp/project-b')).toBeUndefined()
  })
})

describe('sticky ports', () => {
  test('a released port comes back to its project, and others avoid it while they can', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    await registry.releasePort('/tmp/project-a')
    expect((await registry.assignPort('/tmp/project-b')).port).not.toBe(port)
    expect((await registry.assignPort('/tmp/project-a')).port).toBe(port)
  })

  test('when only remembered ports are left, the longest unused one is taken', async () => {
    const projects = Array.from({ length: 10 }, (_, index) => `/tmp/project-${index}`)
    for (const project of projects) await registry.assignPort(project)
    for (const project of ['/tmp/project-7', '/tmp/project-3']) {
      await registry.releasePort(project)
      await new Promise((resolve) => setTimeout(resolve, 3))
    }
    expect((await registry.assignPort('/tmp/new')).port).toBe(FIRST + 7)
    expect((await registry.assignPort('/tmp/project-3')).port).toBe(FIRST + 3)
  })

  test('asking for another port than the assigned one moves the assignment, unless a run uses it', async () => {
    await registry.assignPort('/tmp/project-a')
    const moved = await registry.assignPort('/tmp/project-a', { preferredPort: FIRST + 4 })
    expect(moved).toMatchObject({ port: FIRST + 4, assignmentType: 'manual' })
    await registry.update('a run', (draft) => {
      draft.leases.push({
        id: 'one',
        project_path: '/tmp/project-a',
        runner: 'vitest',
        process: currentProcess(),
        acquired_at: new Date().toISOString(),
        namespaces: [],
      })
    })
    expect(await codeOf(registry.assignPort('/tmp/project-a', { preferredPort: FIRST + 5 }))).toBe('ASSIGNMENT_IN_USE')
    expect(await registry.getAssignment('/tmp/project-a')).toMatchObject({ port: FIRST + 4 })
  })

  test('before a range is exhausted, the port of a deleted project folder is reclaimed', async () => {
    const project = join(folder.path, 'worktree')
    mkdirSync(project)
    for (let index = 0; index < 9; index += 1) await registry.assignPort(`/tmp/project-${index}`)
    const { port } = await registry.assignPort(project)
    expect(await codeOf(registry.assignPort('/tmp/late'))).toBe('PORT_EXHAUSTED')
    rmSync(project, { recursive: true })
    expect((await registry.assignPort('/tmp/late')).port).toBe(port)
    expect((await registry.history()).map((one) => one.action)).toContain('reclaimed')
  })

  test('cleanupStale releases deleted project folders alone', async () => {
    const project = join(folder.path, 'worktree')
    mkdirSync(project)
    await registry.assignPort(project)
    await registry.assignPort('/tmp/never-was-there')
    expect(await registry.cleanupStale()).toEqual([])
    renameSync(project, `${project}-moved`)
    expect(await registry.cleanupStale()).toMatchObject([{ projectPath: project, status: 'stale' }])
    expect(await registry.listAll()).toMatchObject([{ projectPath: '/tmp/never-was-there' }])
  })
})

describe('the files', () => {
  test('first use by many processes at once', async () => {
    const fleet = await startFleet(new URL('../faults/assigner-worker.ts', import.meta.url), 6)
    const { registryPath } = options()
    const at = Date.now() + 50
    const answers = await Promise.all(
      fleet.map((worker, index) => {
        const task: AssignTask = { registryPath, projects: [`/first/${index}`], at }
        return worker.ask<AssignAnswer>(task)
      }),
    )
    await endFleet(fleet)
    const ports = answers.flatMap((answer) => answer.grants.map((grant) => grant.port))
    expect(new Set(ports).size).toBe(6)
    expect(ports).not.toContain(undefined)
  })

  test('a view that is deleted while in use costs nothing and is there again after the next change', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    unlinkSync(registry.registryPath)
    expect(await registry.assignPort('/tmp/project-a')).toMatchObject({ port })
    await open().assignPort('/tmp/project-b')
    expect(JSON.parse(readFileSync(registry.registryPath, 'utf8')).assignments).toHaveLength(2)
  })

  test('a folder that is deleted while in use is begun anew', async () => {
    await registry.assignPort('/tmp/project-a')
    rmSync(registry.folder, { recursive: true })
    expect(await registry.listAll()).toEqual([])
    expect((await registry.assignPort('/tmp/project-b')).port).toBe(FIRST)
  })

  test('a registry of a newer schema is refused and left untouched', async () => {
    await registry.assignPort('/tmp/project-a')
    const text = JSON.stringify({ schema_version: '2.0', assignments: [] })
    writeFileSync(registry.registryPath, text)
    expect(await codeOf(registry.assignPort('/tmp/project-b'))).toBe('REGISTRY_SCHEMA_NEWER')
    expect(await codeOf(registry.listAll())).toBe('REGISTRY_SCHEMA_NEWER')
    expect(readFileSync(registry.registryPath, 'utf8')).toBe(text)
    expect((await diagnoseRegistry(options())).findings[0]).toMatchObject({ code: 'REGISTRY_SCHEMA_NEWER' })
  })

  test.each(['', '{"schema_version": "1.0", "assignm', 'not JSON'])(
    'a broken file (%s) is kept aside and the good state restored',
    async (text) => {
      const { port } = await registry.assignPort('/tmp/project-a')
      writeFileSync(registry.registryPath, text)
      expect(await open().getAssignment('/tmp/project-a')).toMatchObject({ port })
      const [quarantined = ''] = readdirSync(registry.folder).filter((name) =>
        name.startsWith('port-registry.corrupt-'),
      )
      expect(readFileSync(join(registry.folder, quarantined), 'utf8')).toBe(text)
      expect(JSON.parse(readFileSync(registry.registryPath, 'utf8')).assignments).toHaveLength(1)
      expect(warnings).toMatchObject([{ code: 'REGISTRY_QUARANTINED' }])
    },
  )

  test('a broken newest generation is passed over and replaced', async () => {
    const { port } = await registry.assignPort('/tmp/project-a')
    const generations = join(registry.folder, 'generations')
    writeFileSync(join(generations, '2'), '{"half of')
    expect(await open().getAssignment('/tmp/project-a')).toMatchObject({ port })
    expect(readdirSync(generations)).toEqual(['1', '2', '3'])
    expect(warnings).toMatchObject([{ code: 'REGISTRY_QUARANTINED', details: { restored: true } }])
  })

  test('what another tool adds to the view is reserved, and what it removes of its own is released', async () => {
    await registry.assignPort('/tmp/project-a')
    const theirs = {
      project_path: '/py/project',
      port: FIRST + 1,
      assigned_at: '2026-01-01T00:00:00.123456',
      assignment_type: 'auto',
      status: 'active',
      container_name: 'iris_py',
    }
    edit((view) => ({ ...view, assignments: [...view.assignments, theirs] }))
    expect((await registry.assignPort('/tmp/project-b')).port).toBe(FIRST + 2)
    expect(await registry.getAssignment('/py/project')).toMatchObject({ port: FIRST + 1, containerName: 'iris_py' })
    edit((view) => ({ ...view, assignments: [] }))
    await registry.assignPort('/tmp/project-c')
    expect((await registry.listAll()).map((one) => one.projectPath)).toEqual([
      '/tmp/project-a',
      '/tmp/project-b',
      '/tmp/project-c',
    ])
    expect((await registry.history()).map((one) => one.action)).toContain('imported')
  })

  test('doctor finds and repairs what is out of order, and touches nothing otherwise', async () => {
    await registry.assignPort('/tmp/project-a')
    const before = readdirSync(join(registry.folder, 'generations'))
    expect(await repairRegistry(options())).toMatchObject({ repaired: [], diagnosis: { isHealthy: true } })
    expect(readdirSync(join(registry.folder, 'generations'))).toEqual(before)
    unlinkSync(registry.registryPath)
    mkdirSync(`${registry.registryPath}.lock`)
    writeFileSync(`${registry.registryPath}.lock.holder`, JSON.stringify({ ...currentProcess(), pid: 2 ** 30 }))
    const codes = (await diagnoseRegistry(options())).findings.filter((one) => one.isRepairable).map((one) => one.code)
    expect(codes.sort()).toEqual(['LOCK_STALE', 'VIEW_MISSING'])
    const { repaired, diagnosis } = await repairRegistry(options())
    expect(repaired.map((one) => one.code).sort()).toEqual(['LOCK_STALE', 'VIEW_MISSING'])
    expect(diagnosis.isHealthy).toBe(true)
  })

  function edit(change: (view: { assignments: object[] }) => object): void {
    const view = JSON.parse(readFileSync(registry.registryPath, 'utf8'))
    writeFileSync(registry.registryPath, JSON.stringify(change(view), null, 2))
  }
})
