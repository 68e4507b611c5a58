import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { temporaryFolder } from './temporary-folder.ts'

test.skipIf(process.platform === 'win32')(
  'a folder that is missing, or too long for a socket, is not used (not on Windows)',
  () => {
    const folder = mkdtempSync(join(tmpdir(), 't-'))
    try {
      expect(temporaryFolder(folder)).toBe(folder.length <= 70 ? folder : '/tmp')
      expect(temporaryFolder(join(folder, 'missing'))).toBe('/tmp')
      const long = join(folder, 'x'.repeat(80))
      mkdirSync(long)
      expect(temporaryFolder(long)).toBe('/tmp')
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
)
