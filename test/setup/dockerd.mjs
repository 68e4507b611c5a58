import { spawn } from 'node:child_process'
import { existsSync, openSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { engineProblem } from './engine-ping.mjs'
import { capture, tail } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'
import { readText } from './stamp.mjs'

/** Where dockerd listens unless told otherwise. */
export const dockerAddress = 'unix:///var/run/docker.sock'

const pidFile = '/var/run/docker.pid'
const logFile = join(tmpdir(), 'iris-devtester-dockerd.log')
const waitLimitMs = 60_000

/**
 * Starts the Docker daemon and waits until it answers: through systemd where that runs, else as a process of its own that
 * outlives the set-up.
 *
 * @param {string} program the daemon's path
 * @returns {Promise<string>} how to stop it again
 * @throws {SetUpError} when it ends or doesn't answer within a minute; with the end of its log
 */
export async function startDockerd(program) {
  if (existsSync('/run/systemd/system')) {
    const { code, output } = await capture('systemctl', ['start', 'docker'])
    if (code !== 0)
      throw new SetUpError(`systemctl start docker failed:\n${tail(output)}`, 'journalctl -u docker -n 50')
    await answer(() => false)
    return 'systemctl stop docker'
  }
  if (pidFileIsStale(readText(pidFile), (pid) => readText(`/proc/${pid}/comm`)?.trim()))
    rmSync(pidFile, { force: true })
  const log = openSync(logFile, 'a')
  const daemon = spawn(program, [], { detached: true, stdio: ['ignore', log, log] })
  let ended = false
  daemon.once('exit', () => {
    ended = true
  })
  daemon.once('error', () => {
    ended = true
  })
  daemon.unref()
  // Somebody else's daemon, started at the same moment, is as good: ours ends because of it.
  await answer(() => ended && (!existsSync(pidFile) || pidFileIsStale(readText(pidFile), processName)))
  return `kill $(cat ${pidFile})`
}

/** @param {() => boolean} ended */
async function answer(ended) {
  const deadline = Date.now() + waitLimitMs
  while (await engineProblem(dockerAddress)) {
    if (ended() || Date.now() > deadline) {
      throw new SetUpError(
        `The Docker daemon ${ended() ? 'ended at once' : `doesn't answer after ${waitLimitMs / 1_000} s`}. Its last words:\n${tail(readText(logFile) ?? '(none)')}`,
        `Start it by hand and read what it says: dockerd\nIts whole log: ${logFile}`,
      )
    }
    await sleep(100)
  }
}

/**
 * Whether a pid file was left by a daemon that is gone: dockerd refuses to start when any process has that number.
 *
 * @param {string | undefined} content
 * @param {(pid: number) => string | undefined} nameOf the name of the process with that number
 */
export function pidFileIsStale(content, nameOf) {
  if (content === undefined) return false
  return nameOf(Number(content)) !== 'dockerd'
}

/** @param {number} pid */
function processName(pid) {
  return readText(`/proc/${pid}/comm`)?.trim()
}
