import { describe } from 'vitest'

/** The tests that hold for a registry wherever it is kept: the very files that run on a folder. */
const SUITES = {
  contract: async (): Promise<void> => void (await import('../registry-contract.test.ts')),
  changes: async (): Promise<void> => void (await import('../port-registry-changes.test.ts')),
  held: async (): Promise<void> => void (await import('../port-registry-held.test.ts')),
  conflicts: async (): Promise<void> => void (await import('../port-registry-conflicts.test.ts')),
  ranges: async (): Promise<void> => void (await import('../port-registry-ranges.test.ts')),
  limits: async (): Promise<void> => void (await import('../port-registry-time-limits.test.ts')),
  edges: async (): Promise<void> => void (await import('../port-registry-edges.test.ts')),
  engine: async (): Promise<void> => void (await import('../port-registry-engine.test.ts')),
  doctor: async (): Promise<void> => void (await import('../port-registry-doctor.test.ts')),
  services: async (): Promise<void> => void (await import('../port-registry-services.test.ts')),
}

/** Runs them on the stores that `runOnStores` was told of. Each has a set-up of its own. */
export function runContractSuites(): void {
  for (const [name, load] of Object.entries(SUITES)) describe(name, () => load())
}
