import { VERSION_1 } from './version-1.ts'
import { VERSION_2 } from './version-2.ts'
import { VERSION_3 } from './version-3.ts'

/** What makes each version's tables of those of the version before, from the first one on. What is released stays as it is. */
export const STEPS: readonly string[] = [VERSION_1, VERSION_2, VERSION_3]
