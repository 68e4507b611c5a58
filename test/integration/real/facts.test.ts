import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { capture } from '../../setup/run.mjs'
import { node, root } from '../../setup/workspace.mjs'
import { buildStandIn, STAND_IN_TAG } from '../../stand-in/build.ts'

beforeAll(async () => {
  await buildStandIn()
})

test('the facts are looked at on live containers, and what the stand-in lacks is refuted', async () => {
  // The stand-in whatever the other tests run on: on the real image this is what is to be found out, not a test.
  const env = { ...process.env, IRIS_IMAGE: STAND_IN_TAG }

  const { code, output } = await capture(node, [join(root, 'test/real/main.ts'), '--facts'], { env })

  const [details = '', summary = ''] = output.split(/\n\n(?=\d+ facts)/)
  expect(summary).toMatch(/^\d+ facts confirmed, 1 refuted, 0 unknown\.$/m)
  expect(summary).toContain('✗ refuted   %SQL.Statement in a session creates and drops a namespace')
  expect(details).toMatch(/✓ confirmed The log says .*\n\s+at 0, \d+, \d+, \d+/)
  expect(details.match(/✓ confirmed/g)?.length).toBe(Number(/^\d+/.exec(summary)?.[0]))
  expect(code, output).toBe(1)
})
