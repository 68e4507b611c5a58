import { execFile } from 'node:child_process'
import { rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { promisify } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { COMMANDS } from '../../../packages/cli/src/definitions/index.ts'
import { isGroup } from '../../../packages/cli/src/program/command-definition.ts'
import { toldCommands } from '../../docs/commands.ts'
import { emptyProject, LocalRegistry } from '../../packages/local-registry.ts'
import { PackedPackages } from '../../packages/packed-packages.ts'

const run = promisify(execFile)
const known = COMMANDS.flatMap((one) =>
  isGroup(one) ? one.commands.map(({ name }) => `${one.name} ${name}`) : [one.name],
)

/** The command that a text means, whatever follows its name there: an argument, an option or the sentence's next word. */
function commandIn(words: string): string | undefined {
  return known.find((name) => words === name || words.startsWith(`${name} `))
}

describe('commands that texts and pages tell to run', () => {
  let packages: PackedPackages
  let registry: LocalRegistry
  let project: string

  beforeAll(async () => {
    packages = await PackedPackages.pack()
    registry = await LocalRegistry.start(packages.all)
    project = emptyProject()
    writeFileSync(join(project, 'package.json'), '{ "type": "module" }')
    // The adapter alone, as the README says it; its runner is there already.
    const args = ['install', '--save-dev', '--omit=peer', '--legacy-peer-deps', '@iris-devtester/vitest']
    await run('npm', args, { cwd: project, env: { ...process.env, ...registry.env } })
  })
  afterAll(async () => {
    rmSync(project, { recursive: true, force: true })
    await registry[Symbol.asyncDispose]()
    packages[Symbol.dispose]()
  })

  test('are commands that exist', () => {
    const unknown = toldCommands().filter(({ words }) => words !== '' && !commandIn(words))
    expect(unknown).toEqual([])
    expect(toldCommands().length).toBeGreaterThan(80)
  })

  test('use a name that only we can publish, except where the text has just told to install it', () => {
    const short = toldCommands().filter(({ program }) => program === 'npx iris-devtester')
    const places = new Set(short.map(({ file }) => file))
    expect([...places].sort()).toEqual([
      'docs/cli.md',
      'packages/cli/README.md',
      'packages/core/src/errors/cli-command.ts',
    ])
  })

  test('run in a project that has one adapter and nothing else', async () => {
    const env = { ...process.env, ...registry.env, npm_config_yes: 'true' }
    const script = `import { cliCommand } from '@iris-devtester/core'; console.log(cliCommand())`
    const { stdout } = await run(process.execPath, ['--input-type=module', '-e', script], { cwd: project })
    const [npx, name = ''] = stdout.trim().split(' ')
    expect([npx, name]).toEqual(['npx', '@iris-devtester/cli'])
    const told = new Set(toldCommands().flatMap(({ words }) => commandIn(words) ?? []))
    for (const command of told) {
      const help = await run('npx', [name, ...command.split(' '), '--help'], { cwd: project, env })
      expect(help.stdout, command).toContain(`Usage: iris-devtester ${command} `)
    }
  })
})
