import { fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { diagnoseRegistry, PortRegistry } from '../../packages/core/src/ports/index.ts'
import { USER_ID } from './become-user.ts'
import type { ReservedPort } from './reserved-port.ts'
import { TemporaryFolder } from './temporary-folder.ts'
import { CANNOT, NOBODY } from './unwritable.ts'

describe(`where users differ${CANNOT ? ` (not tried here: ${CANNOT})` : ''}`, () => {
  test.skipIf(CANNOT !== undefined).each([NOBODY])(
    'the doctor finds that the folder belongs to user %i',
    async (owner) => {
      using folder = new TemporaryFolder()
      const registryPath = folder.registry('r')
      const registry = new PortRegistry({ registryPath, docker: false })
      await registry.assignPort('/fault/project')
      chownSync(registry.folder, owner, owner)
      const { findings, isHealthy } = await diagnoseRegistry({ registryPath, docker: false })
      expect([isHealthy, findings[0]]).toEqual([
        false,
        {
          code: 'REGISTRY_WRONG_OWNER',
          severity: 'error',
          message: `${registry.folder} belongs to the user with id ${owner}, not to you (id 0): nothing is written there.`,
          remedy: 'Run as its owner, or: export IRIS_DEVTESTER_HOME=/path/to/a/folder/of/yours',
          isRepairable: false,
          details: { folder: registry.folder, owner },
        },
      ])
    },
  )

  test.skipIf(CANNOT !== undefined).each([NOBODY])('user %i gets an error for a privileged port', async (uid) => {
    using folder = new TemporaryFolder()
    chmodSync(folder.path, 0o755)
    const home = join(folder.path, 'home')
    mkdirSync(home)
    chownSync(home, uid, uid)
    const child = fork(new URL('reserved-port.ts', import.meta.url), {
      env: { ...process.env, IRIS_DEVTESTER_HOME: home, [USER_ID]: String(uid) },
    })
    const [{ explanation, details }] = (await once(child, 'message')) as [ReservedPort]
    expect(explanation).toMatchObject({
      isAvailable: false,
      claims: [
        {
          kind: 'process',
          blocks: true,
          message: 'The operating system keeps it for itself, or for privileged users.',
        },
      ],
    })
    expect(details).toEqual({ port: 9, reason: 'the operating system keeps it for itself' })
  })
})
