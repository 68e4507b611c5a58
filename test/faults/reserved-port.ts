import { type PortExplanation, PortRegistry } from '../../packages/core/src/ports/index.ts'
import { becomeUser } from './become-user.ts'

/** What a user without privileges is told of a port that takes them. */
export interface ReservedPort {
  readonly explanation: PortExplanation
  readonly details: object | undefined
}

/** The discard service's. */
const PORT = 9

becomeUser()

// Asks for the port with the registry that the environment names, and says what came of it.
const registry = new PortRegistry({ docker: false, portRange: [PORT, PORT + 1], onWarning: () => undefined })
const explanation = await registry.explain(PORT)
const error = await registry.assignPort('/fault/project', { preferredPort: PORT }).catch((reason: unknown) => reason)
process.send?.({ explanation, details: (error as { details?: object }).details } satisfies ReservedPort)
