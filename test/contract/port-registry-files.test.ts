import { mkdirSync, readdirSync, readFileSync, rmSync, unlinkSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diagnoseRegistry, repairRegistry } from '../../packages/core/src/ports/index.ts'
import { currentProcess } from '../../packages/core/src/process/process-identity.ts'
import type { AssignAnswer, AssignTask } from '../faults/assign-task.ts'
import type { FolderTask } from '../faults/folder-worker.ts'
import { endWorkers, startWorkers } from '../faults/worker-processes.ts'
import { codeOf, FIRST, folder, open, options, RANGE, registry, useRegistry, warnings } from './registry-fixture.ts'

useRegistry({ portRange: RANGE })

describe('the files', () => {
  test('first use by many processes at once', async () => {
    const workers = await startWorkers(new URL('../faults/assigner-worker.ts', import.meta.url), 6)
    const { registryPath } = registry
    const at = Date.now() + 50
    const answers = await Promise.all(
      workers.map((worker, index) => {
        const task: AssignTask = { registryPath, projects: [`/first/${index}`], at }
        return worker.ask<AssignAnswer>(task)
      }),
    )
    await endWorkers(workers)
    const ports = answers.flatMap((answer) => answer.grants.map((grant) => grant.port))
    expect(new Set(ports).size).toBe(6)
    expect(ports).not.toContain(undefined)
  })

  test('folders that many processes make at the same moment', async () => {
    const workers = await startWorkers(new URL('../faults/folder-worker.ts', import.meta.url), 3)
    const task: FolderTask = { folder: folder.path, count: 200, at: Date.now() + 50 }
    const answers = await Promise.all(workers.map((worker) => worker.ask<string[]>(task)))
    await endWorkers(workers)
    expect(answers.flat()).toEqual([])
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
