import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import {
  assignmentFromRecord,
  assignmentToRecord,
  PortAssignmentTimeoutError,
  PortRegistry,
  type PortRegistryOptions,
} from '../../packages/core/src/ports/index.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'
import { Worker } from '../faults/worker-processes.ts'
import { portAt } from '../machine/port-ranges.ts'

let folder: TemporaryFolder
beforeEach(() => {
  folder = new TemporaryFolder()
})
afterEach(() => folder[Symbol.dispose]())

function open(options: PortRegistryOptions = {}): PortRegistry {
  const env = { ...process.env, IRIS_DEVTESTER_HOME: folder.path }
  return new PortRegistry({ docker: false, env, onWarning: () => undefined, ...options })
}

describe('the contract of what the registry writes', () => {
  test('T033 an assignment survives serialisation', async () => {
    const assignment = await open().assignPort('/tmp/project-a', { containerName: 'iris_1' })
    const record = assignmentToRecord(assignment)
    expect(Object.keys(record).sort()).toEqual(
      ['assigned_at', 'assignment_type', 'container_name', 'port', 'project_path', 'status'].sort(),
    )
    expect(assignmentFromRecord(JSON.parse(JSON.stringify(record)))).toEqual(assignment)
  })

  test('T033 the file is schema 1.0, and nothing but schema 1.0 is in an assignment', async () => {
    const registry = open()
    await registry.assignPort('/tmp/project-a')
    await registry.assignPort('/tmp/project-a', { service: 'iris-web' })
    await registry.setContainerName('/tmp/project-a', 'iris_abc_1972')
    expect(registry.registryPath).toBe(join(folder.path, 'port-registry.json'))
    const file = JSON.parse(readFileSync(registry.registryPath, 'utf8'))
    expect(file).toMatchObject({ schema_version: '1.0', created_at: expect.any(String) })
    expect(file.assignments).toEqual([
      {
        project_path: '/tmp/project-a',
        port: expect.any(Number),
        assigned_at: expect.any(String),
        assignment_type: 'auto',
        status: 'active',
        container_name: 'iris_abc_1972',
      },
    ])
  })

  test('T034 a lock that its holder keeps ends in PortAssignmentTimeoutError', async () => {
    const registry = open({ lockTimeoutMs: 300 })
    await registry.assignPort('/tmp/project-a')
    const holder = new Worker(new URL('../faults/lock-holder.ts', import.meta.url), [registry.registryPath])
    await holder.answer()
    try {
      await expect(registry.assignPort('/tmp/project-b')).rejects.toBeInstanceOf(PortAssignmentTimeoutError)
      // Reading takes no lock.
      expect(await registry.assignPort('/tmp/project-a')).toMatchObject({ status: 'active' })
    } finally {
      await holder.end()
    }
    expect(await registry.assignPort('/tmp/project-b')).toMatchObject({ status: 'active' })
  })

  test('T035 error messages include the current assignments and commands that help', async () => {
    const registry = open({ portRange: [portAt(0), portAt(0)] })
    const { port } = await registry.assignPort('/tmp/project-a')
    const exhausted = await registry.assignPort('/tmp/project-b').catch((error: unknown) => error)
    expect(String(exhausted)).toContain(`${port}: /tmp/project-a`)
    for (const command of ['release /tmp/project-a', 'cleanup', 'clear']) {
      expect(String(exhausted)).toContain(`npx @iris-devtester/cli ports ${command}`)
    }
    const conflict = await registry
      .assignPort('/tmp/project-b', { preferredPort: port })
      .catch((error: unknown) => error)
    expect(String(conflict)).toContain('/tmp/project-a')
    expect(String(conflict)).toContain(`npx @iris-devtester/cli ports explain ${port}`)
  })

  test('T036 an assignment is made within its time-out while others write all the time', async () => {
    const registry = open({ portRange: [21_000, 22_999] })
    await registry.assignPort('/tmp/project-a')
    const writer = new Worker(new URL('../faults/storm-writer.ts', import.meta.url), [
      registry.registryPath,
      'w',
      join(folder.path, 'log'),
    ])
    try {
      const { generation } = await registry.read()
      while ((await registry.read()).generation === generation) await new Promise((resolve) => setTimeout(resolve, 5))
      for (const name of ['b', 'c', 'd', 'e']) await registry.assignPort(`/tmp/project-${name}`)
    } finally {
      await writer.end()
    }
    expect(await registry.getAssignment('/tmp/project-e')).toMatchObject({ status: 'active' })
  })

  test('what others keep under other keys is kept', async () => {
    const registry = open()
    mkdirSync(dirname(registry.registryPath), { recursive: true })
    writeFileSync(registry.registryPath, JSON.stringify({ schema_version: '1.0', assignments: [], theirs: { a: [1] } }))
    await registry.assignPort('/tmp/project-a')
    expect(JSON.parse(readFileSync(registry.registryPath, 'utf8'))).toMatchObject({ theirs: { a: [1] } })
  })
})
