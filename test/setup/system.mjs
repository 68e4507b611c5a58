import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { readText } from './stamp.mjs'

/**
 * What the set-up needs to know of the machine to choose what to do or advise.
 * @typedef {object} System
 * @property {NodeJS.Platform} platform
 * @property {readonly string[]} distribution Linux only: its own name first, then what it is like (`['ubuntu', 'debian']`)
 * @property {boolean} administrator whether we run as root
 */

/** @returns {System} */
export function thisSystem() {
  return {
    platform: process.platform,
    distribution: distributionNames(readText('/etc/os-release') ?? ''),
    administrator: process.getuid?.() === 0,
  }
}

/**
 * The names in an `os-release` file: `ID`, then `ID_LIKE`.
 * @param {string} osRelease
 */
export function distributionNames(osRelease) {
  return ['ID', 'ID_LIKE'].flatMap((key) => {
    const value = new RegExp(`^${key}=(.*)$`, 'm').exec(osRelease)?.[1] ?? ''
    return value.replaceAll(/["']/g, '').split(' ').filter(Boolean)
  })
}

/**
 * Whether packages are installed with apt-get here: Debian, Ubuntu and what is like them.
 * @param {System} system
 */
export function isDebian({ platform, distribution }) {
  return platform === 'linux' && (distribution.includes('debian') || distribution.includes('ubuntu'))
}

/**
 * The first of these programs that can be found, with its path.
 *
 * @param {readonly string[]} names
 * @param {NodeJS.ProcessEnv} [env]
 */
export function findProgram(names, env = process.env) {
  // Daemons live where an ordinary user's PATH doesn't look.
  const folders = [...(env.PATH ?? '').split(delimiter), '/usr/sbin', '/sbin', '/usr/local/sbin'].filter(Boolean)
  return names.flatMap((name) => folders.map((folder) => join(folder, name))).find((path) => existsSync(path))
}
