import type { RegistryDocument } from '../../packages/core/src/ports/index.ts'

/** The registry with a counter for each writer in it, under a key the product knows nothing of. */
export type CountingDocument = RegistryDocument & { counters?: Record<string, number> }

export const STORM_RANGE = [21_000, 22_999] as const
