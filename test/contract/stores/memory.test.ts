import type { RegistrySnapshot } from '../../../packages/core/src/ports/index.ts'
import { runOnStores } from '../registry-fixture.ts'
import { runContractSuites } from './contract-suites.ts'
import { MemoryStore } from './memory-store.ts'

const memory = new Map<string, RegistrySnapshot>()
runOnStores((registryId) => new MemoryStore(memory, registryId))
runContractSuites()
