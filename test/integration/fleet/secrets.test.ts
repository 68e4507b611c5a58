import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { hasPostgres } from '../../machine/postgres-server.ts'
import { CommandLine } from '../cli/command-line.ts'
import { ConsumerProject } from '../consumer/consumer-project.ts'
import { APP, CONFIG, SEE, VITEST } from '../vitest/vitest-project.ts'
import { FleetHome } from './fleet-home.ts'

const PASSWORD = 'Zq7hush'
const REPORTS = ['o.json', 'o.xml']

/** What all processes of this machine are called with, looked at again and again until it ends. */
class CommandLines implements Disposable {
  seen = ''
  readonly #timer = setInterval(() => this.#look(), 20)

  #look(): void {
    for (const pid of readdirSync('/proc').filter((name) => /^\d+$/.test(name))) {
      try {
        const line = readFileSync(`/proc/${pid}/cmdline`, 'latin1')
        if (!this.seen.includes(line)) this.seen += line
      } catch {
        // It has ended.
      }
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer)
  }
}

function consumer(registry: string): ConsumerProject {
  return new ConsumerProject({
    files: {
      'package.json': '{ "name": "consumer", "type": "module" }',
      'vitest.config.ts': CONFIG.replace('iris()', `iris({ registry: ${JSON.stringify(registry)} })`),
      'app.ts': APP,
      'see.test.ts': SEE,
    },
    packages: ['vitest', 'postgres'],
    dependencies: { vitest: 'vitest' },
  })
}

describe.runIf(hasPostgres && existsSync('/proc'))('the password of the registry', () => {
  test('is in no output, report, trace, log, label or command line, whether a run succeeds or is refused', async () => {
    await using fleet = await FleetHome.create()
    fleet.server.sql(`create role shy login superuser password '${PASSWORD}'`)
    const url = fleet.server.url('shy').replace('secret', PASSWORD)
    const { IRIS_DEVTESTER_REGISTRY: _, ...bare } = fleet.env('b')
    const env = { ...bare, NODE_DEBUG: 'iris-devtester' }
    const reporters = ['verbose', 'json', 'junit'].map((name) => `--reporter=${name}`)
    using lines = new CommandLines()
    let told = ''
    const run = async (registry: string): Promise<number | null> => {
      using project = consumer(registry)
      const files = [`--outputFile.json=${REPORTS[0]}`, `--outputFile.junit=${REPORTS[1]}`]
      const { exitCode, output } = await project.start(VITEST, ['run', ...reporters, ...files], env).ended
      told += output
      for (const name of REPORTS) told += readFileSync(join(project.folder, name), 'utf8')
      return exitCode
    }
    expect(await run(url), told).toBe(0)
    expect(told).toContain('IRIS-DEVTESTER')
    for (const refused of [
      url.replace(PASSWORD, `${PASSWORD}x`),
      url.replace(PASSWORD, `${PASSWORD}#x`),
      url.replace(/:\d+\//, ':1/').concat('?connect_timeout=1'),
      url.replace('postgres:', 'mysql:'),
    ]) {
      expect(await run(refused)).toBe(1)
    }
    // The reaper and a command line know the address from the environment.
    using cli = new CommandLine({ ...env, IRIS_DEVTESTER_REGISTRY: url })
    for (const words of [['ports', 'list', '--json'], ['ports', 'doctor'], ['list'], ['up'], ['status'], ['down']]) {
      const { exitCode, stdout, stderr } = await cli.run(words)
      expect(exitCode, stderr).toBe(0)
      told += stdout + stderr
    }
    const logs = readdirSync(fleet.folder).filter((name) => /\.(log|jsonl)$/.test(name))
    expect(logs.some((name) => name.includes('reaper'))).toBe(true)
    for (const name of logs) told += readFileSync(join(fleet.folder, name), 'utf8')
    told += JSON.stringify(await fleet.containers())
    expect(told.match(/.*Zq7hush.*/)?.[0]).toBeUndefined()
    expect(lines.seen).toContain('reaper')
    expect(lines.seen).not.toContain(PASSWORD)
  })
})
