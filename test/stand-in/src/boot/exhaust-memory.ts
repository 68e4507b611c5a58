import { readFileSync } from 'node:fs'

const LIMIT_FILES = ['/sys/fs/cgroup/memory.max', '/sys/fs/cgroup/memory/memory.limit_in_bytes']
/** A larger limit than this is none that a test has set. */
const LARGEST_LIMIT = 1024 ** 3

/** Fills the container's memory until the kernel kills us; where it has no limit, returns at once. */
export function exhaustMemory(): void {
  const limit = memoryLimit()
  if (limit === undefined || limit > LARGEST_LIMIT) return
  const hoard: Buffer[] = []
  for (let bytes = 0; bytes < 2 * limit; bytes += 2 ** 22) hoard.push(Buffer.alloc(2 ** 22, 1))
}

function memoryLimit(): number | undefined {
  for (const file of LIMIT_FILES) {
    try {
      const limit = Number(readFileSync(file, 'utf8'))
      if (Number.isFinite(limit)) return limit
    } catch {
      // The other version of control groups, or none at all.
    }
  }
  return undefined
}
