import type { RegistryDocument, RegistrySnapshot, RegistryStore } from '../../../packages/core/src/ports/index.ts'

const EMPTY: RegistryDocument = {
  schema_version: '1.0',
  created_at: '2026-01-01T00:00:00.000Z',
  generation: 0,
  transactions: [],
  assignments: [],
  service_assignments: [],
  remembered: [],
  imported: [],
  folders: {},
  system: {},
  leases: [],
  containers: {},
  history: [],
}

/** All that a store has to do, in memory. Those with the same `memory` are views of one registry. */
export class MemoryStore implements RegistryStore {
  readonly registryId: string
  readonly path = 'memory'
  readonly #memory: Map<string, RegistrySnapshot>

  constructor(memory: Map<string, RegistrySnapshot>, registryId: string) {
    this.#memory = memory
    this.registryId = registryId
  }

  async read(): Promise<RegistrySnapshot> {
    return this.#now()
  }

  async commit(expected: RegistrySnapshot, next: RegistryDocument): Promise<RegistrySnapshot | undefined> {
    if (this.#now().generation !== expected.generation) return undefined
    const generation = expected.generation + 1
    const snapshot = { generation, document: { ...next, generation } }
    this.#memory.set(this.registryId, snapshot)
    return snapshot
  }

  #now(): RegistrySnapshot {
    return this.#memory.get(this.registryId) ?? { generation: 0, document: EMPTY }
  }
}
