import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { hashFiles, unlessStamped } from './stamp.mjs'

let folder: string
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'stamp-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

describe('hashFiles', () => {
  test('changes with a file, its name and a new file, not with what was installed or built', () => {
    mkdirSync(join(folder, 'src/node_modules'), { recursive: true })
    writeFileSync(join(folder, 'src/a.ts'), '1')
    const before = hashFiles(folder, ['src', 'absent'])
    writeFileSync(join(folder, 'src/node_modules/b.ts'), '1')
    expect(hashFiles(folder, ['src', 'absent'])).toBe(before)

    writeFileSync(join(folder, 'src/a.ts'), '2')
    const changed = hashFiles(folder, ['src', 'absent'])
    writeFileSync(join(folder, 'absent'), '')
    const added = hashFiles(folder, ['src', 'absent'])

    expect(new Set([before, changed, added]).size).toBe(3)
  })
})

describe('unlessStamped', () => {
  const runs: string[] = []
  const build = (state: { hash: string; stillThere: boolean }) =>
    unlessStamped(join(folder, 'deep/stamp'), state, async () => runs.push(state.hash))

  beforeEach(() => {
    runs.length = 0
  })

  test('does the work once for one hash', async () => {
    expect(await build({ hash: 'a', stillThere: false })).toBe(true)
    expect(await build({ hash: 'a', stillThere: true })).toBe(false)
    expect(await build({ hash: 'b', stillThere: true })).toBe(true)
    expect(runs).toEqual(['a', 'b'])
  })

  test('does it again when the result is gone', async () => {
    await build({ hash: 'a', stillThere: true })
    await build({ hash: 'a', stillThere: false })
    expect(runs).toEqual(['a', 'a'])
  })

  test('forgets work that failed', async () => {
    const failing = unlessStamped(join(folder, 'stamp'), { hash: 'a', stillThere: true }, async () => {
      throw new Error('no network')
    })

    await expect(failing).rejects.toThrow('no network')
    expect(await unlessStamped(join(folder, 'stamp'), { hash: 'a', stillThere: true }, async () => {})).toBe(true)
  })
})
