import { strict as assert } from 'node:assert'
import fc from 'fast-check'
import {
  AssignmentNotFoundError,
  PortConflictError,
  PortExhaustedError,
  type PortRegistry,
} from '../../packages/core/src/ports/index.ts'
import type { RegistryModel } from './registry-model.ts'

/** The real registry, opened anew whenever a command says so. */
export interface RealRegistry {
  registry: PortRegistry
  readonly open: () => PortRegistry
}

type Command = fc.AsyncCommand<RegistryModel, RealRegistry>

abstract class ProjectCommand implements Command {
  readonly project: string
  constructor(index: number) {
    this.project = `/model/project-${index}`
  }
  check(_model: Readonly<RegistryModel>): boolean {
    return true
  }
  async run(model: RegistryModel, real: RealRegistry): Promise<void> {
    await this.act(model, real)
    await holds(model, real)
  }
  abstract act(model: RegistryModel, real: RealRegistry): Promise<void>
  toString(): string {
    return `${this.constructor.name}(${this.project})`
  }
}

class Assign extends ProjectCommand {
  async act(model: RegistryModel, { registry }: RealRegistry): Promise<void> {
    const expected = model.expected(this.project)
    if (expected === undefined)
      return void (await assert.rejects(registry.assignPort(this.project), PortExhaustedError))
    const { port, assignmentType } = await registry.assignPort(this.project)
    assert.equal(port, expected)
    assert.equal(assignmentType, model.assigned.get(this.project)?.type ?? 'auto')
    if (!model.assigned.has(this.project)) model.assign(this.project, port, 'auto')
  }
}

class Prefer extends ProjectCommand {
  readonly port: number
  constructor(index: number, port: number) {
    super(index)
    this.port = port
  }
  async act(model: RegistryModel, { registry }: RealRegistry): Promise<void> {
    const holder = model.holderOf(this.port)
    const request = registry.assignPort(this.project, { preferredPort: this.port })
    if (holder !== undefined && holder !== this.project) return void (await assert.rejects(request, PortConflictError))
    assert.equal((await request).port, this.port)
    model.assign(this.project, this.port, 'manual')
  }
  override toString(): string {
    return `Prefer(${this.project}, ${this.port})`
  }
}

class Release extends ProjectCommand {
  async act(model: RegistryModel, { registry }: RealRegistry): Promise<void> {
    const request = registry.releasePort(this.project)
    if (!model.assigned.has(this.project)) return void (await assert.rejects(request, AssignmentNotFoundError))
    await request
    model.release(this.project)
  }
}

/** The engine refused the bind. */
class Refuse extends ProjectCommand {
  override check(model: Readonly<RegistryModel>): boolean {
    return model.assigned.has(this.project)
  }
  async act(model: RegistryModel, { registry }: RealRegistry): Promise<void> {
    const { port = 0, type } = model.assigned.get(this.project) ?? {}
    const request = registry.reassignPort(this.project, { reason: 'port is already allocated', port })
    if (type === 'manual') {
      await assert.rejects(request, PortConflictError)
      model.assigned.delete(this.project)
      return
    }
    const free = Array.from({ length: model.last - model.first + 1 }, (_, index) => model.first + index).filter(
      (one) => !model.holderOf(one),
    )
    if (free.length === 0) return void (await assert.rejects(request, PortExhaustedError))
    const moved = await request
    assert.ok(free.includes(moved.port))
    model.assign(this.project, moved.port, 'auto')
  }
}

/** Several projects at once, each as the only one of its kind. */
class AssignTogether implements Command {
  readonly projects: readonly string[]
  constructor(indices: readonly number[]) {
    this.projects = [...new Set(indices)].map((index) => `/model/project-${index}`)
  }
  check(): boolean {
    return true
  }
  async run(model: RegistryModel, real: RealRegistry): Promise<void> {
    const outcomes = await Promise.allSettled(this.projects.map((project) => real.open().assignPort(project)))
    for (const [index, outcome] of outcomes.entries()) {
      const project = this.projects[index] ?? ''
      if (outcome.status === 'rejected') {
        assert.ok(outcome.reason instanceof PortExhaustedError, String(outcome.reason))
        continue
      }
      const { port } = outcome.value
      if (model.assigned.has(project)) assert.equal(port, model.assigned.get(project)?.port)
      else model.assign(project, port, 'auto')
    }
    await holds(model, real)
  }
  toString(): string {
    return `AssignTogether(${this.projects.join(', ')})`
  }
}

class Reopen implements Command {
  check(): boolean {
    return true
  }
  async run(model: RegistryModel, real: RealRegistry): Promise<void> {
    real.registry = real.open()
    await holds(model, real)
  }
  toString(): string {
    return 'Reopen'
  }
}

class Clear implements Command {
  check(): boolean {
    return true
  }
  async run(model: RegistryModel, real: RealRegistry): Promise<void> {
    await real.registry.clearAll()
    model.clear()
    await holds(model, real)
  }
  toString(): string {
    return 'Clear'
  }
}

/** What must be true whatever happened: no port twice, all in range, and exactly what the model says. */
async function holds(model: RegistryModel, { registry }: RealRegistry): Promise<void> {
  const all = await registry.listAll()
  assert.equal(new Set(all.map((one) => one.port)).size, all.length, 'a port was given twice')
  assert.ok(
    all.every((one) => one.port >= model.first && one.port <= model.last),
    'a port lies outside the range',
  )
  const shown = Object.fromEntries(all.map((one) => [one.projectPath, `${one.port} ${one.assignmentType}`]))
  const expected = Object.fromEntries([...model.assigned].map(([name, one]) => [name, `${one.port} ${one.type}`]))
  assert.deepEqual(shown, expected)
}

/** Sequences of what several projects may do with a registry of these ports. */
export function commands(projects: number, first: number, last: number, size: number): fc.Arbitrary<Iterable<Command>> {
  const index = fc.nat({ max: projects - 1 })
  const port = fc.integer({ min: first, max: last })
  return fc.commands(
    [
      index.map((one) => new Assign(one)),
      fc.tuple(index, port).map(([one, wanted]) => new Prefer(one, wanted)),
      index.map((one) => new Release(one)),
      index.map((one) => new Refuse(one)),
      fc.array(index, { minLength: 2, maxLength: 4 }).map((indices) => new AssignTogether(indices)),
      fc.constant(new Reopen()),
      fc.constant(new Clear()),
    ],
    { maxCommands: size, size: 'max' },
  )
}
