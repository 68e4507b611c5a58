import { describe, expect, test } from 'vitest'
import { meetBrokenFiles } from './broken-files.ts'
import { type EngineTrouble, meetEngineTrouble } from './engine-trouble.ts'
import { checkModel } from './model.ts'
import { meetMountedView } from './mounted-view.ts'
import { CANNOT, meetTrouble, type Trouble } from './unwritable.ts'

const troubles: readonly (readonly [Trouble, string])[] = [
  ['full disk', 'REGISTRY_UNWRITABLE'],
  ['read-only', 'REGISTRY_UNWRITABLE'],
  ['no permission', 'REGISTRY_UNWRITABLE'],
  ['wrong owner', 'REGISTRY_WRONG_OWNER'],
  ['no home', 'REGISTRY_UNWRITABLE'],
]

describe(`filesystem permissions issue, and other reasons why a registry can't be written${CANNOT ? ` (not tried here: ${CANNOT})` : ''}`, () => {
  test.skipIf(CANNOT !== undefined).each(troubles)(
    '%s ends in a typed error that names the path and the remedy',
    async (trouble, code) => {
      const figures = await meetTrouble(trouble)
      expect(figures).toMatchObject({ error: code, typed: true, intact: true })
      expect(figures.message).toContain(String(figures.path))
      expect(figures.message).toContain('IRIS_DEVTESTER_HOME')
    },
  )

  test('broken files of any kind end in typed errors, lose no good generation and are kept', async () => {
    const figures = await meetBrokenFiles(400)
    expect(figures.files).toBeGreaterThanOrEqual(400)
    expect(figures.quarantined).toBeGreaterThan(100)
  })
})

const views: readonly (readonly [string, string | undefined, string, RegExp])[] = [
  ['as published', undefined, 'VIEW_NOT_PUBLISHED', /^The change is made, but .*EBUSY.*Other tools read the old one\./],
  ['broken', 'not JSON', 'VIEW_IGNORED', /can't be read and could not be moved aside: .*EBUSY/],
]

describe(`a view that can not be replaced (EBUSY)${CANNOT ? ` (not tried here: ${CANNOT})` : ''}`, () => {
  test.skipIf(CANNOT !== undefined).each(views)(
    '%s: changes are made all the same, and it is said',
    async (_name, text, code, message) => {
      const { warnings, kept } = await meetMountedView(text)
      expect(kept).toBe(true)
      expect(warnings).toContainEqual(expect.objectContaining({ code, message: expect.stringMatching(message) }))
    },
  )
})

describe('an engine in trouble', () => {
  test.each<EngineTrouble>(['absent', 'hanging', 'garbage', 'restarted'])(
    '%s: a port is assigned all the same, and said what was not checked',
    async (trouble) => {
      const figures = await meetEngineTrouble(trouble)
      expect(figures.warnings[0]).toContain('could not be checked')
      expect(figures.wronglyReleased).toEqual([])
      expect(figures.portAfter).toBe(figures.port + 1)
    },
  )
})

test('random sequences of operations by several projects do what a simple model says', async () => {
  expect((await checkModel(120, 40)).commands).toBeGreaterThan(1_000)
})
