import { execFile } from 'node:child_process'
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { describe, expect, test } from 'vitest'
import { USER_ID } from './become-user.ts'
import { TemporaryFolder } from './temporary-folder.ts'
import { CANNOT, NOBODY } from './unwritable.ts'

const run = promisify(execFile)

/** What another user, who is not the superuser, gets of a project by a pattern. */
async function readAs(uid: number, folder: string, pattern: string): Promise<unknown> {
  const script = join(import.meta.dirname, 'read-sources-as.ts')
  const env = { ...process.env, [USER_ID]: String(uid) }
  const { stdout } = await run(process.execPath, [script, folder, pattern], { env })
  return JSON.parse(stdout)
}

describe(`files to load that may not be read${CANNOT ? ` (not tried here: ${CANNOT})` : ''}`, () => {
  test.skipIf(CANNOT !== undefined).each([NOBODY])(
    'are an error for user %i that names them, not fewer files',
    async (uid) => {
      using temporary = new TemporaryFolder()
      const project = join(temporary.path, 'project')
      mkdirSync(join(project, 'src/closed'), { recursive: true })
      for (const path of ['open.sql', 'src/a.sql', 'src/closed/b.sql']) writeFileSync(join(project, path), 'SELECT 1')
      chmodSync(temporary.path, 0o755)
      expect(await readAs(uid, project, 'src/**/*.sql')).toEqual(['src/a.sql', 'src/closed/b.sql'])
      chmodSync(join(project, 'src/closed'), 0)
      expect(await readAs(uid, project, 'src/**/*.sql')).toEqual({
        code: 'LOAD_FAILED',
        message: expect.stringMatching(/"src\/\*\*\/\*\.sql" can't be listed .* permission denied, scandir .*closed/),
      })
      expect(await readAs(uid, project, 'src/closed/b.sql')).toMatchObject({ code: 'LOAD_FAILED' })
      expect(await readAs(uid, project, '*.sql')).toEqual(['open.sql'])
      chmodSync(join(project, 'open.sql'), 0)
      expect(await readAs(uid, project, '*.sql')).toEqual({
        code: 'LOAD_FAILED',
        message: expect.stringMatching(/The file open\.sql can't be read: .*permission denied/),
      })
    },
  )
})
