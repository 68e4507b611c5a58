import { PortAssignmentTimeoutError } from '../document/port-registry-error.ts'

/** The error for a registry that others kept busy all the time. */
export function lockTimedOut(lock: string, timeoutMs: number): PortAssignmentTimeoutError {
  return new PortAssignmentTimeoutError({
    code: 'PORT_ASSIGNMENT_TIMEOUT',
    message: `The port registry was kept busy by other processes for more than ${timeoutMs} ms, so nothing was changed.`,
    hint: `Try again.\nIf it happens without anybody else at work, look for what holds ${lock}: npx iris-devtester ports doctor\nThen remove a lock nobody holds: npx iris-devtester ports doctor --repair`,
    details: { lock, timeoutMs },
  })
}
