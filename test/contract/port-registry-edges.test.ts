import { mkdirSync, readdirSync, renameSync, rmSync, symlinkSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { PortRegistry, PortRegistryError } from '../../packages/core/src/ports/index.ts'
import { currentProcess } from '../../packages/core/src/process/process-identity.ts'
import { codeOf, FIRST, folder, RANGE, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ portRange: RANGE })

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
        container_id: 'c',
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
