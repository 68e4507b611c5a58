/**
 * The port registry and the IRIS containers for coding agents: start with {@link serveStdio}.
 *
 * @module
 */

export type { Call, Operation, Operations } from './operations.ts'
export { type ServeOptions, serveStdio } from './serve-stdio.ts'
