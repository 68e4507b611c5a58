import { realpathSync } from 'node:fs'
import { connectionInfo } from '../../packages/core/src/connection/connection-info.ts'
import { IrisConnection } from '../../packages/core/src/connection/iris-connection.ts'
import { createContainer } from '../../packages/core/src/container/create-container.ts'
import { createRequest } from '../../packages/core/src/container/create-request.ts'
import { completeSettings } from '../../packages/core/src/container/iris-settings.ts'
import { fingerprint, formatFingerprints } from '../../packages/core/src/container/settings-fingerprints.ts'
import { probeSuperserver } from '../../packages/core/src/container/superserver-handshake.ts'
import type { AcquiredIris } from '../../packages/core/src/lease/index.ts'
import { createNamespaces, dropNamespaces } from '../../packages/core/src/lease/load/namespaces.ts'
import { LeaseFixture } from '../faults/lease/lease-fixture.ts'
import { sharedLibraries } from '../stand-in/image/shared-libraries.ts'
import { compare, report, summarise } from './measure.ts'
import { watchReaper } from './reaper-cost.ts'
import { timeToFirstOutput } from './time-to-first-output.ts'

const SECONDS = 60
const built = new URL('../../packages/core/dist/index.js', import.meta.url).href
const environment = { STANDIN_BOOT_MS: '300' }

/** What it costs to get an IRIS: attached to, started, with namespaces; and what the reaper costs. Needs a build. */
export async function bench(): Promise<void> {
  await using fixture = await LeaseFixture.open()
  process.env.IRIS_DEVTESTER_HOME = fixture.home
  const { acquireIris } = (await import(built)) as typeof import('../../packages/core/src/lease/index.ts')
  const options = {
    projectPath: fixture.project(),
    image: fixture.image,
    environment,
    quiet: true,
    keep: 'warm',
  } as const
  const acquire = () => acquireIris({ ...options, isolation: 'shared' })
  const iris = await acquire()
  await benchWarmProcess(fixture, iris)
  await benchWarm(fixture, iris, acquire)
  await benchNamespaces(iris)
  await benchReaper(fixture)
  await iris.release()
  await benchCold(fixture, (projectPath) => acquireIris({ ...options, projectPath, isolation: 'shared', keep: 'stop' }))
}

async function benchWarmProcess(fixture: LeaseFixture, iris: AcquiredIris): Promise<void> {
  const env = { ...fixture.env, BENCH_PORT: String(iris.connection.port), BENCH_PROJECT: iris.projectPath }
  const floor: number[] = []
  const work: number[] = []
  for (let run = 0; run < 15; run += 1) {
    floor.push(await timeToFirstOutput('./warm-floor.mjs', env))
    work.push(await timeToFirstOutput('./warm-acquire.mjs', env))
  }
  report('warm acquire, whole process / Node + list + handshake', summarise(floor), summarise(work), '≤ 2')
}

async function benchWarm(
  fixture: LeaseFixture,
  iris: AcquiredIris,
  acquire: () => Promise<AcquiredIris>,
): Promise<void> {
  let acquired: AcquiredIris | undefined
  const { floor, work } = await compare(
    40,
    async () => {
      await fixture.containers()
      await probeSuperserver(iris.connection.host, iris.connection.port)
    },
    async () => {
      acquired = await acquire()
    },
    async () => acquired?.release(),
  )
  report('warm acquire, in a started process / list + handshake', floor, work, '≤ 2')
}

async function benchNamespaces(iris: AcquiredIris): Promise<void> {
  const connection = new IrisConnection(iris.connection.info)
  const names = Array.from({ length: 8 }, (_, index) => `BENCH${index + 1}`)
  const { floor, work } = await compare(
    15,
    () => connection.sql('CREATE DATABASE BENCHONE'),
    () => createNamespaces({ connection }, names),
    () => dropNamespaces({ connection }, ['BENCHONE', ...names]),
  )
  await connection.close()
  const eightFold = { ...floor, median: 8 * floor.median, p90: 8 * floor.p90 }
  report('8 worker namespaces / 8 × one CREATE DATABASE', eightFold, work, '≤ 1')
}

async function benchCold(
  fixture: LeaseFixture,
  acquire: (projectPath: string) => Promise<AcquiredIris>,
): Promise<void> {
  const settings = completeSettings({ image: fixture.image, environment })
  let done: () => Promise<void> = async () => {}
  const plain = async () => {
    const identity = { projectPath: '/bench', registryId: '', port: 1995, webPort: 52_795, owner: 'lease' } as const
    const request = createRequest(settings, { ...identity, fingerprints: formatFingerprints(fingerprint(settings)) })
    const id = await createContainer(fixture.engine, request)
    const info = connectionInfo({ ...settings, host: '127.0.0.1', port: 1995, webPort: 52_795 })
    const connection = new IrisConnection(info)
    for (;;) {
      const answers = await connection.serverInfo().then(
        () => true,
        () => false,
      )
      if (answers) break
      await new Promise((resolve) => setTimeout(resolve, 20))
    }
    await connection.close()
    done = () => fixture.engine.removeContainer(id)
  }
  const ours = async () => {
    const iris = await acquire(fixture.project())
    done = () => iris.release()
  }
  const bare = await inTurns(plain, ours, () => done())
  report('cold acquire / create + start + poll every 20 ms', bare.floor, bare.work, '≤ 1.15')
  const { GenericContainer } = await import('../../packages/testcontainers/node_modules/testcontainers/build/index.js')
  // Its port wait looks from inside, with a shell, which the stand-in doesn't have.
  const shell = ['/bin/bash', ...sharedLibraries('/bin/bash')].map((path) => ({
    source: realpathSync(path),
    target: path,
    mode: 0o755,
  }))
  const library = async () => {
    const container = await new GenericContainer(fixture.image)
      .withCopyFilesToContainer(shell)
      .withAutoCleanup(false)
      .withEnvironment(environment)
      .withExposedPorts({ container: 1972, host: 1996 }, { container: 52_773, host: 52_796 })
      .start()
    done = async () => {
      await container.stop()
    }
  }
  const other = await inTurns(library, ours, () => done())
  report('cold acquire / GenericContainer with its port wait', other.floor, other.work, '< 1')
}

/** It has a container and a run to watch, and has cleaned up after another one. */
async function benchReaper(fixture: LeaseFixture): Promise<void> {
  const dead = fixture.begin({ projectPath: fixture.project(), environment, keep: 'stop' })
  await dead.report('acquired')
  await dead.end()
  await fixture.settle({ containers: 1, leases: 1 })
  const pid = await fixture.reaper()
  if (pid === undefined) throw new Error('there is no reaper')
  const { residentMb, cpuPercent, seconds } = await watchReaper(pid, SECONDS)
  console.log(
    `reaper over ${seconds} s: ${residentMb.toFixed(1)} MiB resident (aim ≤ 60), ${cpuPercent.toFixed(3)} % CPU (aim < 0.1)`,
  )
}

/** Like `compare`, but cleans up after each of the two. */
async function inTurns(floor: () => Promise<void>, work: () => Promise<void>, clean: () => Promise<void>) {
  const millis: [number[], number[]] = [[], []]
  for (let run = 0; run < 8; run += 1) {
    for (const [index, one] of [floor, work].entries()) {
      const began = performance.now()
      await one()
      millis[index as 0 | 1].push(performance.now() - began)
      await clean()
    }
  }
  return { floor: summarise(millis[0]), work: summarise(millis[1]) }
}
