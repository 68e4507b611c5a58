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

/** Records this process as the lock's holder, so that no process waits for it if it dies. */
export function recordHolder(location: RegistryLocation): void {
  try {
    writeFileSync(holderPath(location), JSON.stringify(currentProcess()), { mode: 0o600 })
  } catch {
    // Other writers wait until the lock is stale.
  }
}

/** Call it before the lock is released: until the next holder has written its identity, this one's must not be read. */
export function clearHolder(location: RegistryLocation): void {
  try {
    unlinkSync(holderPath(location))
  } catch {
    // It was never written, or another process broke the lock.
  }
}

/**
 * The state of the lock's holder: `active`; `dead`, which includes suspended for an unknown time; or `unknown`,
 * because it has only just taken the lock, or died before it wrote its identity.
 */
export function holderState(location: RegistryLocation): 'active' | 'dead' | 'unknown' {
  try {
    const holder = JSON.parse(readFileSync(holderPath(location), 'utf8')) as ProcessIdentity
    if (typeof holder?.host !== 'string') return 'unknown'
    return livenessOf(holder) === 'dead' || isSuspended(holder) ? 'dead' : 'active'
  } catch {
    // The holder hasn't written its identity yet, or couldn't.
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

/** Removes the lock of a dead holder. It may be another process's by now, which is harmless: the lock only queues. */
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
