import { execFileSync } from 'node:child_process'
import { chmodSync, chownSync, mkdirSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { findEngine } from '../../../packages/core/src/engine/find-engine.ts'
import { CANNOT, NOBODY } from '../../faults/unwritable.ts'
import { EngineProxy } from '../../machine/engine-proxy.ts'
import { newTestFolder } from '../../machine/test-folder.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { SEE, seenIn, VITEST, vitestProject } from './vitest-project.ts'

const ROOT = fileURLToPath(new URL('../../..', import.meta.url))
const REASON = CANNOT ?? (isClosedToOthers(ROOT) ? 'another user may not read this clone' : undefined)

describe(`two users on one engine${REASON ? ` (not tried here: ${REASON})` : ''}`, () => {
  test.skipIf(REASON !== undefined).each([NOBODY])(
    'share the folder of a project, and user %i gets its own IRIS',
    async (id) => {
      await using own = new RegistryHome()
      await using others = new RegistryHome()
      for (const path of [others.folder, join(others.folder, 'home')]) giveTo(id, path)
      const folder = newTestFolder()
      chmodSync(folder, 0o755)
      // The engine's socket as the members of its group find it.
      const socket = join(folder, 'engine.sock')
      await using proxy = await EngineProxy.start({ engine: (await findEngine()).endpoint, at: socket })
      chmodSync(socket, 0o666)
      using project = vitestProject({ 'app.ts': 'export const seenAtImport = {}', 'see.test.ts': SEE })
      // Both write there: what Vite makes of the configuration.
      mkdirSync(join(project.folder, 'node_modules/.vite-temp'), { recursive: true })
      execFileSync('chmod', ['-R', 'a+rwX', project.folder])

      const othersEnv = { ...others.env, DOCKER_HOST: proxy.address, HOME: join(others.folder, 'home') }
      const run = () => project.start(VITEST, ['run'], { ...own.env, DOCKER_HOST: proxy.address }).ended
      const runAsOther = (more = {}) => project.startAs(id, VITEST, ['run'], { ...othersEnv, ...more }).ended

      const together = await Promise.all([run(), runAsOther()])
      for (const { exitCode, output } of together) expect(exitCode, output).toBe(0)
      const [mine, theirs] = together.map(({ output }) => seenIn(output)[0]?.port)
      expect(mine).not.toBe(theirs)

      const last = await runAsOther({ IRIS_DEVTESTER_KEEP: 'stop' })
      expect(last.exitCode, last.output).toBe(0)
      expect([last.output, seenIn(last.output)[0]?.port]).toEqual([expect.stringMatching(/IRIS ready .* warm/), theirs])
      expect(await others.containers()).toEqual([])

      const again = await run()
      expect(again.exitCode, again.output).toBe(0)
      expect([again.output, seenIn(again.output)[0]?.port]).toEqual([expect.stringMatching(/IRIS ready .* warm/), mine])
    },
  )
})

function giveTo(id: number, path: string): void {
  mkdirSync(path, { recursive: true })
  chownSync(path, id, id)
}

function isClosedToOthers(path: string): boolean {
  const isOpen = (statSync(path).mode & 0o005) === 0o005
  return !isOpen || (path !== dirname(path) && isClosedToOthers(dirname(path)))
}
