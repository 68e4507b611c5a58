import { readFileSync, rmdirSync, unlinkSync, writeFileSync } from 'node:fs'
import { currentProcess, isSuspended, livenessOf, type ProcessIdentity } from '../../process/process-identity.ts'
import { isOlder } from './collect-garbage.ts'
import type { RegistryLocation } from './registry-location.ts'

/** A lock this old, in ms, is a dead holder's. The library adds up to a second. Must stay well below the time-out. */
export const STALE_MS = 3_000

/** Where the queue's lock, a folder, lies. */
export function lockPath({ view }: RegistryLocation): string {
  return `${view}.lock`
}

/** Notes that this process holds the lock, so that nobody waits for it should it die. */
export function noteHolder(location: RegistryLocation): void {
  try {
    writeFileSync(holderPath(location), JSON.stringify(currentProcess()), { mode: 0o600 })
  } catch {
    // Others will wait until the lock is old.
  }
}

/** To be called before the lock is given up: what the next holder hasn't written yet must not be read of this one. */
export function forgetHolder(location: RegistryLocation): void {
  try {
    unlinkSync(holderPath(location))
  } catch {
    // It could not be written either, or somebody broke the lock.
  }
}

/**
 * What is known of the lock's holder: it may be at `work`; it is `out`, dead or suspended for nobody knows how long; or it
 * is `unknown`, because it has only just taken the lock, or died before it could say who it is.
 */
export function holderState(location: RegistryLocation): 'active' | 'dead' | 'unknown' {
  try {
    const holder = JSON.parse(readFileSync(holderPath(location), 'utf8')) as ProcessIdentity
    if (typeof holder?.host !== 'string') return 'unknown'
    return livenessOf(holder) === 'dead' || isSuspended(holder) ? 'dead' : 'active'
  } catch {
    // The holder hasn't written who it is yet, or never could.
    return 'unknown'
  }
}

/** Whether the lock is there and has outlived its holder. */
export function isAbandoned(location: RegistryLocation): boolean {
  // The library may date a lock up to a second into the future.
  return (
    isOlder(lockPath(location), Date.now(), STALE_MS + 1_000) ||
    (isLocked(location) && holderState(location) === 'dead')
  )
}

function isLocked(location: RegistryLocation): boolean {
  return isOlder(lockPath(location), Date.now(), Number.NEGATIVE_INFINITY)
}

/** Removes the lock of a holder who is out. It may be somebody else's by now; that does no harm, it only queues. */
export function breakLock(location: RegistryLocation): void {
  try {
    rmdirSync(lockPath(location))
  } catch {
    // Somebody else was faster.
  }
}

function holderPath(location: RegistryLocation): string {
  return `${lockPath(location)}.holder`
}
