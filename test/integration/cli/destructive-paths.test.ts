import { mkdirSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { acquireIris } from '../../../packages/core/src/lease/acquire/acquire-iris.ts'
import { reconcile } from '../../../packages/core/src/lease/cleanup/reconcile.ts'
import { IRISContainer } from '../../../packages/testcontainers/src/iris-container.ts'
import { portAt } from '../../machine/port-ranges.ts'
import { RegistryHome } from '../consumer/registry-home.ts'
import { CommandLine } from './command-line.ts'
import { until } from './terminal.ts'

const PAGE = readFileSync(join(import.meta.dirname, '../../../docs/warm-containers.md'), 'utf8')

const home = new RegistryHome()
const line = new CommandLine({ ...home.env, IRIS_DEVTESTER_REAPER_TICK_MS: '100' })

interface Listed {
  readonly containers: readonly { readonly id: string; readonly port: number; readonly projectPath: string }[]
}

afterAll(async () => {
  line[Symbol.dispose]()
  await home[Symbol.asyncDispose]()
})

async function containers() {
  return (await line.json<Listed>(['list'])).value.containers
}

/** Makes sure that the project has a container with a table; gives its id. */
async function upWithData(): Promise<string> {
  await line.run(['up', '--idle', '60'])
  await line.run(['sql', 'CREATE TABLE Kept.T (Id INT)'])
  return (await containers())[0]?.id ?? ''
}

async function expectData(): Promise<void> {
  expect((await line.run(['sql', 'SELECT Id FROM Kept.T'])).exitCode).toBe(0)
}

/** Does something while a run is live that holds the container. */
async function underLiveRun(work: () => Promise<void>): Promise<void> {
  const { child, written, ended } = line.start([
    'run',
    '--',
    process.execPath,
    '-e',
    'console.log("up"); setTimeout(() => {}, 60_000)',
  ])
  await until(() => written.stdout.includes('up'))
  try {
    await work()
  } finally {
    child.kill('SIGTERM')
    await ended
  }
}

async function expectRefusedUnderRun(...words: string[]): Promise<void> {
  const id = await upWithData()
  await underLiveRun(async () => {
    expect((await line.run(words)).exitCode).toBe(1)
    expect((await containers()).map((one) => one.id)).toEqual([id])
    await expectData()
  })
}

/** By the first cell of the page's table. */
const checks: Record<string, () => Promise<void>> = {
  '`down`': async () => {
    await expectRefusedUnderRun('down')
    expect((await line.run(['down'])).exitCode).toBe(0)
    expect(await containers()).toEqual([])
  },
  '`down --force`': async () => {
    await upWithData()
    await underLiveRun(async () => {
      expect((await line.run(['down', '--force'])).exitCode).toBe(0)
      expect(await containers()).toEqual([])
    })
  },
  '`prune`': async () => {
    const id = await upWithData()
    expect((await line.run(['prune'])).exitCode).toBe(2)
    await underLiveRun(async () => {
      expect((await line.run(['prune', '--yes'])).exitCode).toBe(3)
    })
    expect((await containers()).map((one) => one.id)).toEqual([id])
    expect((await line.run(['prune', '--yes'])).exitCode).toBe(0)
    expect(await containers()).toEqual([])
  },
  'other settings': async () => {
    const id = await upWithData()
    expect((await line.run(['run', '--image', 'other/iris:1', '--', 'true'])).exitCode).toBe(1)
    expect((await containers()).map((one) => one.id)).toEqual([id])
    await expectData()
  },
  '`--replace`': async () => {
    await upWithData()
    const port = (await containers())[0]?.port === portAt(9) ? String(portAt(8)) : String(portAt(9))
    await expectRefusedUnderRun('up', '--replace', '--port', port)
    expect((await line.run(['up', '--replace', '--port', port])).exitCode).toBe(0)
    expect((await line.run(['sql', 'SELECT Id FROM Kept.T'])).exitCode).toBe(1)
  },
  '`restart`': async () => {
    await expectRefusedUnderRun('restart')
    expect((await line.run(['restart'])).exitCode).toBe(0)
    await expectData()
  },
  'the idle limit': async () => {
    await upWithData()
    const env = { IRIS_DEVTESTER_IDLE_TIMEOUT_MS: '300' }
    expect((await line.run(['run', '--', 'true'], { env })).exitCode).toBe(0)
    await until(async () => (await home.containers()).length === 0)
  },
  'the idle limit after a run': async () => {
    const options = { projectPath: line.folder, registry: home.registry, onFailure: 'keep', quiet: true } as const
    const run = await acquireIris({ ...options, keep: 'warm', idleTimeoutMs: 600_000 })
    const { namespace } = await run.keepCopy(undefined, 'a test')
    const status = async () => (await line.run(['status'])).stdout
    expect(await status()).toContain(namespace)
    await run.release()
    await using other = await acquireIris({ ...options, idleTimeoutMs: 1 })
    await until(async () => !(await other.connection.serverInfo()).namespaces.includes(namespace))
    expect(await status()).not.toContain(namespace)
  },
  'another project, no port left': async () => {
    await upWithData()
    const port = (await containers())[0]?.port
    const other = join(line.folder, 'other')
    mkdirSync(other)
    const env = { IRIS_DEVTESTER_PORT_RANGE: `${port}-${port}` }
    await underLiveRun(async () => {
      expect((await line.run(['up', '--project', other], { env })).exitCode).toBe(1)
      await expectData()
    })
    const { exitCode, stderr } = await line.run(['up', '--project', other], { env })
    expect(exitCode).toBe(0)
    expect(stderr).toContain(`of ${line.folder}, which no run was using`)
    expect(await containers()).toMatchObject([{ projectPath: other, port }])
    await line.run(['down', '--project', other])
    await line.run(['ports', 'ranges', '--set', 'default'])
  },
  "`keep: 'stop'`": async () => {
    await upWithData()
    expect((await line.run(['run', '--', 'true'], { env: { CI: 'true' } })).exitCode).toBe(0)
    await expectData()
    expect((await line.run(['run', '--keep', 'stop', '--', 'true'])).exitCode).toBe(0)
    expect(await containers()).toEqual([])
  },
  'the end of a run': async () => {
    await upWithData()
    const run = await line.run(['run', '--', 'sh', '-c', 'echo $IRIS_NAMESPACE'])
    expect((await line.run(['sql', 'SELECT 1', '--namespace', run.stdout.trim()])).exitCode).toBe(1)
    await expectData()
  },
  'a killed run': async () => {
    const id = await upWithData()
    const { child, written } = line.start(['run', '--', 'sh', '-c', 'echo $IRIS_NAMESPACE; exec sleep 10'])
    await until(() => written.stdout.includes('IDT'))
    child.kill('SIGKILL')
    await until(async () => (await home.registry.read()).leases.length === 0)
    expect((await line.run(['sql', 'SELECT 1', '--namespace', written.stdout.trim()])).exitCode).toBe(1)
    expect((await containers()).map((one) => one.id)).toEqual([id])
    await expectData()
  },
  'a lost registry': async () => {
    const id = await upWithData()
    const { reaper } = await home.registry.read()
    if (reaper) process.kill(reaper.pid, 'SIGKILL')
    for (const name of ['generations', 'port-registry.json'])
      rmSync(join(home.folder, name), { recursive: true, maxRetries: 5 })
    await reconcile(home.registry, await home.engine())
    expect((await containers()).map((one) => one.id)).toEqual([id])
    await expectData()
  },
  '`ports release`': async () => {
    await expectRefusedUnderRun('ports', 'release')
    const refused = await line.run(['ports', 'release'])
    expect(refused.exitCode).toBe(1)
    expect(refused.stderr).toMatch(/holds \d+ and \d+/)
    expect((await line.run(['ports', 'release', '--force'])).exitCode).toBe(0)
    await expectData()
  },
  '`ports clear`': async () => {
    await expectRefusedUnderRun('ports', 'clear', '--yes')
    expect((await line.run(['ports', 'clear'])).exitCode).toBe(2)
    expect((await line.run(['ports', 'clear', '--yes'])).exitCode).toBe(0)
    await expectData()
  },
  '`ports cleanup`': async () => {
    await upWithData()
    await line.run(['ports', 'cleanup'])
    expect((await line.run(['ports', 'inspect'])).stdout).toMatch(/iris +\d+/)
    await expectData()
  },
  '`ports doctor --repair`': async () => {
    await upWithData()
    await line.run(['ports', 'doctor', '--repair'])
    await expectData()
  },
  '`init`': async () => {
    const before = 'export default {}\n'
    const path = line.write('vitest.config.mjs', before)
    line.write('package.json', JSON.stringify({ devDependencies: { vitest: '*' } }))
    expect((await line.run(['init'])).exitCode).toBe(2)
    expect(readFileSync(path, 'utf8')).toBe(before)
  },
  '`IRISContainer.stop()`': async () => {
    const container = await new IRISContainer()
      .withPortRegistry(home.registry)
      .withProjectPath('/tmp/of-a-test')
      .start()
    await container.stop()
    expect(await (await home.engine()).inspectContainer(container.getId())).toBeUndefined()
  },
}

describe('what the documentation says of each way to lose something is so', () => {
  const rows = PAGE.split('## What ends, replaces or resets something')[1]
    ?.split('\n## ')[0]
    ?.matchAll(/^\| (.+?) +\|/gm)
  const names = [...(rows ?? [])].map(([, cell]) => cell as string).filter((cell) => !/^(What|-+)$/.test(cell))

  beforeAll(() => expect(names.toSorted()).toEqual(Object.keys(checks).toSorted()))

  test.each(names)('%s', async (name) => {
    await checks[name]?.()
  })
})
