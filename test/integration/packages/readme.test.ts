import { execFile } from 'node:child_process'
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { emptyProject, LocalRegistry } from '../../packages/local-registry.ts'
import { PackedPackages } from '../../packages/packed-packages.ts'
import { root } from '../../setup/workspace.mjs'
import { RegistryHome } from '../consumer/registry-home.ts'

let packages: PackedPackages
let registry: LocalRegistry
beforeAll(async () => {
  packages = await PackedPackages.pack()
  registry = await LocalRegistry.start(packages.all)
})
afterAll(async () => {
  await registry[Symbol.asyncDispose]()
  packages[Symbol.dispose]()
})

/** What a reader does with a section, in its order: a command to run, or a file to write. */
type Step = { readonly command: string } | { readonly path: string; readonly content: string }

/** The code blocks of a section of the README. A file's name stands at the beginning of the paragraph before it. */
function stepsOf(section: string): Step[] {
  const [, after = ''] = readFileSync(join(root, 'README.md'), 'utf8').split(`\n### ${section}\n`)
  const [text = ''] = after.split(/\n##/)
  return [...text.matchAll(/(?:^`([\w.-]+)`[^`]?(?:(?!```)[\s\S])*?\n\n)?```(\w*)\n([\s\S]*?)```/gm)].map(
    ([, path = '', language, content = '']) => (language ? { path, content } : { command: content }),
  )
}

test.each(['Vitest', 'Jest', 'Playwright'])(
  'the README alone leads from an empty folder to a green test: %s',
  async (runner) => {
    await using home = new RegistryHome()
    const cwd = emptyProject()
    const env = { ...process.env, ...registry.env, ...home.env, IRIS_DEVTESTER_KEEP: 'warm' }
    try {
      const steps = stepsOf(runner)
      expect(steps.map((one) => ('path' in one ? 'file' : 'command'))).toEqual(['command', 'file', 'file', 'command'])
      for (const step of steps) {
        if ('path' in step) writeFileSync(join(cwd, step.path), step.content)
        else await promisify(execFile)('sh', ['-ec', step.command], { cwd, env })
      }
      expect(await home.containers()).toHaveLength(1)
    } finally {
      rmSync(cwd, { recursive: true })
    }
  },
)
