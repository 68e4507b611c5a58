import { join } from 'node:path'
import { beforeAll, expect, test } from 'vitest'
import { capture } from '../../setup/run.mjs'
import { node, root } from '../../setup/workspace.mjs'
import { buildStandIn, STAND_IN_TAG } from '../../stand-in/build.ts'

beforeAll(async () => {
  await buildStandIn()
})

test('the facts are looked at on live containers, and the stand-in keeps them all', async () => {
  // The stand-in whatever the other tests run on: on the real image this is what is to be found out, not a test.
  const env = { ...process.env, IRIS_IMAGE: STAND_IN_TAG }

  const { code, output } = await capture(node, [join(root, 'test/real/main.ts'), '--facts'], { env })

  const [details = '', summary = ''] = output.split(/\n\n(?=\d+ facts)/)
  expect(summary).toMatch(/^\d+ facts confirmed, 0 refuted, 0 unknown\.$/m)
  expect(details).toMatch(/✓ confirmed The log says .*\n\s+at 0, \d+, \d+, \d+/)
  expect(details.match(/✓ confirmed/g)?.length).toBe(Number(/^\d+/.exec(summary)?.[0]))
  expect(code, output).toBe(0)
})
