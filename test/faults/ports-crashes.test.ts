import { describe, expect, test } from 'vitest'
import { type Abandonment, abandonLock } from './abandoned-lock.ts'
import { killStorm } from './kill-storm.ts'

describe('no port is granted twice and no grant is lost', () => {
  test.each([
    ['planted by an earlier crash', 'planted', 12, 6],
    ['of a writer that was killed', 'killed', 8, 1],
    ...(process.platform === 'linux'
      ? ([['of a writer that is suspended and wakes up', 'suspended', 8, 1]] as const)
      : []),
  ] as const)('when writers crowd on a lock %s', async (_name, kind: Abandonment, processes, trials) => {
    const figures = await abandonLock(kind, processes, trials)
    expect(figures).toMatchObject({ doubled: 0, lost: 0, failed: 0 })
    expect(figures.grants).toBeGreaterThanOrEqual(processes * 2 * trials)
  })

  test('while writers are killed all the time, and no reader sees half a file', async () => {
    const figures = await killStorm(6, 5, 150)
    expect(figures).toMatchObject({ lost: 0, doubled: 0, temporaryFilesKept: 0 })
    expect(figures.reader).toMatchObject({ unreadable: 0, wentBack: 0 })
    expect(figures.kills).toBeGreaterThan(5)
    expect(figures.acknowledged).toBeGreaterThan(figures.kills)
  })
})
