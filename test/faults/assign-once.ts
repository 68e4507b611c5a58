import { PortRegistry } from '../../packages/core/src/ports/index.ts'
import { becomeUser } from './become-user.ts'

/** What became of one assignment in a process of its own. */
export interface OneAttempt {
  readonly port?: number
  readonly error?: string
  /** Whether the error is of the registry's own family. */
  readonly typed?: boolean
  readonly message?: string
  readonly path?: unknown
  readonly millis: number
}

becomeUser()

// Assigns one port with the registry that the environment names, and says what came of it.
const registry = new PortRegistry({ docker: false, onWarning: () => undefined })
const began = performance.now()
try {
  const { port } = await registry.assignPort('/fault/project')
  process.send?.({ port, millis: performance.now() - began } satisfies OneAttempt)
} catch (error) {
  const { code, message, name, details } = error as {
    code: string
    message: string
    name: string
    details?: { path?: unknown }
  }
  const typed = name.startsWith('Port') && details !== undefined
  process.send?.({
    error: code,
    typed,
    message,
    path: details?.path,
    millis: performance.now() - began,
  } satisfies OneAttempt)
}
