import { closeSync, fsyncSync, mkdirSync, openSync, readFileSync, renameSync, writeSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { type AssignmentRecord, PortRegistry } from '../../packages/core/src/ports/index.ts'
import { TinyContainers } from '../contract/tiny-containers.ts'
import { TemporaryFolder } from '../faults/temporary-folder.ts'
import { compare, report } from './measure.ts'

const RANGE = [10_000, 31_999] as const

/** What an assignment costs in one process. */
export async function bench(): Promise<void> {
  using folder = new TemporaryFolder()
  await benchAssigned(folder)
  await benchNew(folder)
  await benchSize(folder)
  await benchEngine(folder)
}

function open(folder: TemporaryFolder, docker: 'auto' | false = false): PortRegistry {
  return new PortRegistry({ registryPath: folder.registry(), portRange: RANGE, docker, onWarning: () => undefined })
}

async function benchAssigned(folder: TemporaryFolder): Promise<void> {
  const registry = open(folder)
  await registry.assignPort(folder.path)
  const read = () => JSON.parse(readFileSync(registry.registryPath, 'utf8'))
  const { floor, work } = await compare(2_000, read, () => registry.assignPort(folder.path))
  report('assignPort, already assigned / read + parse of the file', floor, work, '≤ 5')
  const fresh = await compare(500, read, () =>
    new PortRegistry({ registryPath: registry.registryPath, portRange: RANGE, docker: false }).assignPort(folder.path),
  )
  report('the same with a new PortRegistry each time', fresh.floor, fresh.work, '–')
}

async function benchNew(folder: TemporaryFolder): Promise<void> {
  const registry = open(folder)
  const scratch = join(folder.path, 'floor')
  mkdirSync(scratch)
  await fill(registry, 10)
  let text = readFileSync(registry.registryPath, 'utf8')
  const { floor, work } = await compare(
    200,
    () => writeDurably(scratch, text),
    () => registry.assignPort('/bench/new'),
    async () => {
      await registry.releasePort('/bench/new')
      text = readFileSync(registry.registryPath, 'utf8')
    },
  )
  report('assignPort, new, Docker off / temp + fsync + rename + fsync', floor, work, '≤ 2.5')
}

async function benchSize(folder: TemporaryFolder): Promise<void> {
  const small = open(folder)
  const large = open(folder)
  await fill(small, 10)
  await fill(large, 10_000)
  const bytes = (registry: PortRegistry) => readFileSync(registry.registryPath).length
  const growth = (bytes(large) / bytes(small)).toFixed(0)
  const kept = await compare(
    200,
    () => small.assignPort('/bench/size/5'),
    () => large.assignPort('/bench/size/5'),
  )
  report('already assigned among 10,000 / among 10', kept.floor, kept.work, `≤ ${growth}`)
  const fresh = await compare(
    20,
    (run) => small.assignPort(`/bench/more/${run}`),
    (run) => large.assignPort(`/bench/more/${run}`),
  )
  report('new among 10,000 / among 10', fresh.floor, fresh.work, `≤ ${growth}`)
}

function fill(registry: PortRegistry, count: number): Promise<void> {
  return registry.update('fill', (draft) => {
    for (let index = 0; index < count; index += 1) {
      draft.assignments.push(record(`/bench/size/${index}`, RANGE[0] + index))
    }
  })
}

function record(project_path: string, port: number): AssignmentRecord {
  const assigned_at = new Date().toISOString()
  return { project_path, port, assigned_at, assignment_type: 'auto', status: 'active', container_name: null }
}

async function benchEngine(folder: TemporaryFolder): Promise<void> {
  try {
    await using containers = await TinyContainers.open()
    for (let index = 0; index < 40; index += 1) {
      await containers.create({ ports: [RANGE[0] + index], start: index % 2 === 0 })
    }
    const registry = open(folder, 'auto')
    await registry.assignPort('/bench/engine/first')
    const { floor, work } = await compare(
      20,
      () => listAndInspect(containers),
      (run) => registry.assignPort(`/bench/engine/${run}`),
    )
    report('assignPort, new, 40 containers / one list + the inspects', floor, work, '≤ 1.3')
    const { registryPath } = registry
    const fresh = await compare(
      20,
      () => listAndInspect(containers),
      (run) => new PortRegistry({ registryPath, portRange: RANGE }).assignPort(`/bench/fresh/${run}`),
    )
    report('the same with a new PortRegistry each time', fresh.floor, fresh.work, '–')
  } catch (error) {
    console.log(`assignPort with containers: not measured, ${String(error).split('\n')[0]}`)
  }
}

async function listAndInspect({ client }: TinyContainers): Promise<void> {
  const list = await client.listContainers()
  await Promise.all(list.filter((one) => one.State !== 'running').map((one) => client.inspectContainer(one.Id)))
}

function writeDurably(folder: string, text: string): void {
  const temporary = join(folder, 'temporary')
  const file = openSync(temporary, 'w', 0o600)
  writeSync(file, text)
  fsyncSync(file)
  closeSync(file)
  renameSync(temporary, join(folder, 'file'))
  const handle = openSync(dirname(temporary), 'r')
  fsyncSync(handle)
  closeSync(handle)
}
