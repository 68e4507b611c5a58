import { debugLog } from '../debug/debug-log.ts'
import type { EngineClient } from '../engine/engine-client.ts'

const debug = debugLog('lease')

/** Where IRIS puts its databases, unless `ISC_DATA_DIRECTORY` says another place. */
const DATABASES = '/usr/irissys/mgr'
const LOOK_TIMEOUT_MS = 10_000

/** How much disk is free for the databases of a container, in MB; `undefined` where that can't be known. */
export async function freeDisk(engine: EngineClient, containerId: string): Promise<number | undefined> {
  try {
    const { Config } = (await engine.inspectContainer(containerId)) ?? {}
    const moved = Config?.Env?.find((one) => one.startsWith('ISC_DATA_DIRECTORY='))?.split('=')[1]
    const { exitCode, stdout } = await engine.exec(containerId, ['df', '-Pk', moved || DATABASES], {
      timeoutMs: LOOK_TIMEOUT_MS,
    })
    return exitCode === 0 ? availableIn(stdout) : undefined
  } catch (error) {
    debug.swallowed('look at the free disk', error)
    return undefined
  }
}

/**
 * In MB, of what `df -Pk` prints.
 *
 * @see https://pubs.opengroup.org/onlinepubs/9799919799/utilities/df.html
 */
export function availableIn(table: string): number | undefined {
  const [, kilobytes] = /^.*\s\d+\s+\d+\s+(\d+)\s+\d+%\s+\/.*$/m.exec(table) ?? []
  return kilobytes === undefined ? undefined : Math.floor(Number(kilobytes) / 1024)
}
