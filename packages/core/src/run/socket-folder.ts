import { mkdtempSync } from 'node:fs'
import { readdir, rm, stat } from 'node:fs/promises'
import { connect } from 'node:net'
import { join } from 'node:path'
import { debugLog } from '../debug/debug-log.ts'
import { temporaryFolder } from '../process/temporary-folder.ts'

const debug = debugLog('lease')

const PREFIX = 'iris-devtester-'
/** As `mkdtemp` makes it of the prefix. */
const NAME = /^iris-devtester-\w{6}$/
const SOCKET = 'run.sock'
/** A socket that is just being made answers nobody either, in ms. */
const YOUNG_MS = 60_000

/** The path of a socket in a folder of a run's own, which nobody else can open. */
export function newSocketPath(): string {
  return join(mkdtempSync(join(temporaryFolder(), PREFIX)), SOCKET)
}

/** Removes the folders of runs that were killed: those whose socket nobody answers at. */
export async function removeLeftSocketFolders(): Promise<void> {
  const parent = temporaryFolder()
  for (const name of await readdir(parent)) {
    if (!NAME.test(name)) continue
    const folder = join(parent, name)
    try {
      const { mtimeMs } = await stat(folder)
      if (Date.now() - mtimeMs < YOUNG_MS || !(await isLeft(join(folder, SOCKET)))) continue
      await rm(folder, { recursive: true, force: true })
    } catch (error) {
      debug.swallowed('remove what a killed run left', error)
    }
  }
}

/** A process may be one of another container that has the folder too, so its id would say nothing. */
function isLeft(socket: string): Promise<boolean> {
  return new Promise((resolve) => {
    const connection = connect(socket)
    connection.unref()
    connection.once('connect', () => {
      connection.destroy()
      resolve(false)
    })
    connection.once('error', ({ code }: NodeJS.ErrnoException) => resolve(code === 'ECONNREFUSED'))
  })
}
