import { chmodSync, mkdirSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import {
  diagnoseRegistry,
  type PortRegistryOptions,
  type RegistryFinding,
  repairRegistry,
} from '../../packages/core/src/ports/index.ts'
import { folder, isInFolder, open, options, RANGE, registry, useRegistry } from './registry-fixture.ts'

useRegistry({ portRange: RANGE })

const REPAIR = 'npx @iris-devtester/cli ports doctor --repair'

/** What the doctor finds, but for what every machine has. */
async function findings(more: PortRegistryOptions = {}): Promise<RegistryFinding[]> {
  const diagnosis = await diagnoseRegistry({ ...options(), ...more })
  return diagnosis.findings.filter(({ code }) => code !== 'RANGE_IS_EPHEMERAL')
}

function generation(number: number): string {
  return join(registry.folder, 'generations', String(number))
}

/** What the doctor repairs, by code; nothing of it is found afterwards. */
async function repaired(): Promise<string[]> {
  const { repaired, diagnosis } = await repairRegistry(options())
  expect(diagnosis.findings.filter(({ isRepairable }) => isRepairable)).toEqual([])
  return repaired.map(({ code }) => code)
}

describe('the doctor', () => {
  test('finds nothing where nothing is yet, and makes nothing', async () => {
    expect(await diagnoseRegistry(options())).toMatchObject({
      registryPath: registry.registryPath,
      folder: registry.folder,
      generation: 0,
      isHealthy: true,
    })
    expect(await findings()).toEqual([])
    expect(readdirSync(folder.path)).toEqual([])
  })

  test('finds nothing where all is well', async () => {
    await registry.assignPort('/tmp/a')
    expect(await findings()).toEqual([])
    expect((await diagnoseRegistry(options())).generation).toBe(1)
  })

  test.runIf(isInFolder())('finds a view that is behind', async () => {
    await registry.assignPort('/tmp/a')
    await registry.assignPort('/tmp/b')
    writeFileSync(registry.registryPath, readFileSync(generation(1)))
    expect(await findings()).toEqual([
      {
        code: 'VIEW_BEHIND',
        severity: 'warning',
        message: `${registry.registryPath} shows generation 1, but 2 is the newest: a writer died between its commit and the publication.`,
        remedy: REPAIR,
        isRepairable: true,
        details: { shown: 1, newest: 2 },
      },
    ])
    expect((await diagnoseRegistry(options())).isHealthy).toBe(false)
    expect(await repaired()).toEqual(['VIEW_BEHIND'])
    expect(JSON.parse(readFileSync(registry.registryPath, 'utf8')).generation).toBe(3)
  })

  test.runIf(isInFolder())('finds a view that is gone', async () => {
    await registry.assignPort('/tmp/a')
    rmSync(registry.registryPath)
    expect(await findings()).toEqual([
      {
        code: 'VIEW_MISSING',
        severity: 'warning',
        message: `${registry.registryPath}, which other tools read, is not there.`,
        remedy: REPAIR,
        isRepairable: true,
        details: { path: registry.registryPath },
      },
    ])
  })

  test.runIf(isInFolder())('finds a view that another tool edited, which is in order', async () => {
    await registry.assignPort('/tmp/a')
    const view = JSON.parse(readFileSync(registry.registryPath, 'utf8'))
    writeFileSync(registry.registryPath, JSON.stringify({ ...view, assignments: [] }))
    expect(await findings()).toMatchObject([
      {
        code: 'VIEW_EDITED',
        severity: 'info',
        message: `${registry.registryPath} was edited by another tool. Its entries count, and the next change takes them over.`,
      },
    ])
    expect((await diagnoseRegistry(options())).isHealthy).toBe(true)
    expect(await repaired()).toEqual(['VIEW_EDITED'])
  })

  test.runIf(isInFolder())('reports a view of an unknown generation', async () => {
    await registry.assignPort('/tmp/a')
    const view = JSON.parse(readFileSync(registry.registryPath, 'utf8'))
    writeFileSync(registry.registryPath, JSON.stringify({ ...view, generation: 77 }))
    expect(await findings()).toMatchObject([
      {
        code: 'VIEW_FOREIGN',
        severity: 'warning',
        message: `${registry.registryPath} comes from generation 77, which isn't known any more. It is ignored.`,
        details: { generation: 77 },
      },
    ])
    expect(await repaired()).toEqual(['VIEW_FOREIGN'])
  })

  test.runIf(isInFolder())('finds broken files, the worst first, and keeps them when it repairs', async () => {
    await registry.assignPort('/tmp/a')
    writeFileSync(generation(2), '{"half')
    writeFileSync(registry.registryPath, 'null')
    const [one, other, ...rest] = await findings()
    expect([one, other].map((finding) => [finding?.code, finding?.severity])).toEqual([
      ['GENERATION_DAMAGED', 'error'],
      ['VIEW_CORRUPT', 'error'],
    ])
    expect(one).toMatchObject({
      details: { number: 2 },
      message: expect.stringMatching(/^Generation 2 can't be read \(.+\)\.$/),
    })
    expect(other).toMatchObject({
      message: `${registry.registryPath} can't be read (not an object).`,
      details: { reason: 'not an object' },
    })
    expect(rest).toEqual([])
    expect((await repaired()).sort()).toEqual(['GENERATION_DAMAGED', 'VIEW_CORRUPT'])
    const [kept, ...others] = await findings()
    const files = readdirSync(registry.folder)
      .filter((name) => name.includes('.corrupt-'))
      .map((name) => join(registry.folder, name))
    expect(files).toHaveLength(2)
    expect(kept).toEqual({
      code: 'QUARANTINED',
      severity: 'info',
      message: `2 damaged registry files were kept: ${files.join(', ')}.`,
      remedy: `Look at them, then: rm ${files.join(' ')}`,
      isRepairable: false,
      details: { files },
    })
    expect(others).toEqual([])
    expect(await registry.getAssignment('/tmp/a')).toBeDefined()
  })

  test.runIf(isInFolder())('finds what dead writers left: a lock and unfinished files', async () => {
    await registry.assignPort('/tmp/a')
    const lock = `${registry.registryPath}.lock`
    mkdirSync(lock)
    utimesSync(lock, 1, 1)
    const [old, young] = ['old', 'young'].map((name) => join(registry.folder, `port-registry.${name}.tmp`))
    for (const path of [old, young]) writeFileSync(path ?? '', '')
    utimesSync(old ?? '', 1, 1)
    expect(await findings()).toEqual([
      {
        code: 'LOCK_STALE',
        severity: 'warning',
        message: `The lock ${lock} was left behind by a dead process.`,
        remedy: REPAIR,
        isRepairable: true,
        details: { lock },
      },
      {
        code: 'TEMPORARY_LEFT',
        severity: 'info',
        message: `1 unfinished files of dead writers lie in ${registry.folder}.`,
        remedy: REPAIR,
        isRepairable: true,
        details: { files: [old] },
      },
    ])
  })

  test.runIf(isInFolder())('finds a folder that others can look into', async () => {
    await registry.assignPort('/tmp/a')
    chmodSync(registry.folder, 0o755)
    const opened = {
      code: 'FOLDER_OPEN',
      severity: 'info',
      message: `Others can look into ${registry.folder}.`,
      remedy: `chmod 700 ${registry.folder}`,
      isRepairable: false,
      details: { folder: registry.folder, mode: '755' },
    }
    expect(await findings()).toEqual(process.geteuid ? [opened] : [])
  })

  test('finds ports that can be released, ranges that compete, and an engine that is away', async () => {
    const project = join(folder.path, 'project')
    mkdirSync(project)
    const { port } = await registry.assignPort(project)
    rmSync(project, { recursive: true })
    const away = { docker: 'auto', env: { DOCKER_HOST: `unix://${folder.path}/nobody.sock` } } as const
    const found = await findings({ ...away, ranges: { node: [4000, 4100] } })
    expect(found.map(({ code, severity }) => [code, severity])).toEqual([
      ['ENGINE_UNREACHABLE', 'warning'],
      ['STALE_ASSIGNMENT', 'info'],
      ['RANGES_OVERLAP', 'info'],
    ])
    expect(found[0]).toMatchObject({
      message: expect.stringMatching(
        /^The container engine can't be asked which ports it holds: no engine answers .+\.$/,
      ),
      remedy: 'Start it, then look again: docker version',
      isRepairable: false,
    })
    const reason = 'its project folder has been deleted'
    expect(found[1]).toEqual({
      code: 'STALE_ASSIGNMENT',
      severity: 'info',
      message: `Port ${port} of ${project} can be released: ${reason}.`,
      remedy: 'npx @iris-devtester/cli ports cleanup',
      isRepairable: false,
      details: { port, projectPath: project, reason },
    })
    expect(found[2]?.remedy).toBe(
      'Move the range if this ever gets in your way: npx @iris-devtester/cli ports ranges --service node --set <first>-<last>',
    )
  })

  test.runIf(isInFolder())('says what keeps it from looking', async () => {
    await registry.assignPort('/tmp/a')
    rmSync(join(registry.folder, 'generations'), { recursive: true })
    writeFileSync(join(registry.folder, 'generations'), '')
    const { generation: none, findings: found, isHealthy } = await diagnoseRegistry(options())
    expect([none, isHealthy]).toEqual([0, false])
    expect(found[0]).toMatchObject({
      code: 'REGISTRY_UNREADABLE',
      severity: 'error',
      remedy: 'See who may read the folder: ls -ld ~/.iris-devtester',
      isRepairable: false,
      details: { errno: 'ENOTDIR' },
    })
  })

  test.runIf(isInFolder())('asks after its repair whether all is well', async () => {
    await registry.assignPort('/tmp/a')
    rmSync(registry.registryPath)
    const { diagnosis } = await repairRegistry(options())
    expect(diagnosis).toMatchObject({ isHealthy: true, generation: 2 })
    expect(await open().listAll()).toHaveLength(1)
  })
})
