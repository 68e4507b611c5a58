import { execFileSync, fork } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseArgs } from 'node:util'
import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import type { OneAttempt } from './assign-once.ts'
import { USER_ID } from './become-user.ts'
import { TemporaryFolder } from './temporary-folder.ts'

/** Why these faults can't be made here; `undefined` where they can. */
export const CANNOT =
  process.platform !== 'linux'
    ? 'mounts and user ids are made as on Linux'
    : process.getuid?.() !== 0
      ? 'mounting and changing users take root'
      : undefined

export type Trouble = 'full disk' | 'read-only' | 'no permission' | 'wrong owner' | 'no home'

export interface TroubleFigures extends OneAttempt {
  readonly trouble: Trouble
  /** Whether what the registry held before is there after. */
  readonly intact: boolean
}

/** A user who owns nothing. */
export const NOBODY = 65_534

/** Makes one kind of trouble under a registry that holds something, and has another process assign a port. */
export async function meetTrouble(trouble: Trouble): Promise<TroubleFigures> {
  using folder = new TemporaryFolder()
  chmodSync(folder.path, 0o755)
  const home = join(folder.path, 'home')
  mkdirSync(home)
  const mounted = trouble === 'full disk' || trouble === 'read-only'
  if (mounted) execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=128k', 'none', home])
  try {
    const registry = new PortRegistry({ registryPath: join(home, 'port-registry.json'), docker: false })
    await registry.assignPort('/fault/before')
    const before = readFileSync(registry.registryPath, 'utf8')
    const attempt = await MAKE[trouble](home)
    const intact = readFileSync(registry.registryPath, 'utf8') === before && (await registry.listAll()).length === 1
    return { trouble, ...attempt, intact }
  } finally {
    if (mounted) execFileSync('umount', [home])
  }
}

const MAKE: Readonly<Record<Trouble, (home: string) => Promise<OneAttempt>>> = {
  'full disk': (home) => {
    fillUp(home)
    return assignOnce({ IRIS_DEVTESTER_HOME: home })
  },
  'read-only': (home) => {
    execFileSync('mount', ['-o', 'remount,ro', home])
    return assignOnce({ IRIS_DEVTESTER_HOME: home })
  },
  'no permission': (home) => {
    // Its own folder, but it may not write there.
    chownSync(home, NOBODY, NOBODY)
    chmodSync(home, 0o555)
    for (const path of ['port-registry.json', 'generations', 'generations/1']) chmodSync(join(home, path), 0o555)
    return assignOnce({ IRIS_DEVTESTER_HOME: home }, NOBODY).finally(() => chownSync(home, 0, 0))
  },
  'wrong owner': (home) => {
    chmodSync(home, 0o777)
    for (const path of ['port-registry.json', 'generations', 'generations/1']) chmodSync(join(home, path), 0o777)
    return assignOnce({ IRIS_DEVTESTER_HOME: home }, NOBODY)
  },
  'no home': (home) => assignOnce({ IRIS_DEVTESTER_HOME: undefined, HOME: join(home, 'nowhere') }),
}

/** Writes until nothing fits any more. */
function fillUp(folder: string): void {
  for (let size = 65_536; size >= 1; size = Math.floor(size / 2)) {
    for (let index = 0; ; index += 1) {
      try {
        writeFileSync(join(folder, `fill-${size}-${index}`), Buffer.alloc(size), { flag: 'wx' })
      } catch {
        break
      }
    }
  }
}

async function assignOnce(env: Readonly<Record<string, string | undefined>>, uid?: number): Promise<OneAttempt> {
  const child = fork(new URL('assign-once.ts', import.meta.url), {
    env: { ...process.env, ...env, [USER_ID]: uid === undefined ? undefined : String(uid) },
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  })
  const [attempt] = await once(child, 'message')
  return attempt as OneAttempt
}

if (import.meta.main) {
  const { values } = parseArgs({ options: { times: { type: 'string', default: '5' } } })
  if (CANNOT) throw new Error(`not here: ${CANNOT}`)
  for (const trouble of Object.keys(MAKE) as Trouble[]) {
    for (let time = 0; time < Number(values.times); time += 1) {
      const { message = '', ...figures } = await meetTrouble(trouble)
      console.log(JSON.stringify({ ...figures, message: message.split('\n')[0] }))
    }
  }
}
