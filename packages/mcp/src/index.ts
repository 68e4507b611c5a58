/**
 * The port registry and the IRIS containers for coding agents: start with {@link serveStdio} or {@link serveHttp}.
 *
 * @module
 */

export type { Call, Operation, OperationName, Operations } from './operations.ts'
export { requireReadOnly } from './read-only-statement.ts'
export { McpRefusal } from './refusal-error.ts'
export { type HttpServing, type ServeHttpOptions, serveHttp } from './serve-http.ts'
export { serveStdio } from './serve-stdio.ts'
export type { ServeOptions } from './server-parts.ts'
