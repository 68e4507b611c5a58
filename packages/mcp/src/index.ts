/**
 * The port registry and the IRIS containers for coding agents: start with {@link serveStdio} or {@link serveHttp}.
 *
 * @module
 */

export type { ServeOptions } from './create-server.ts'
export type { Call, Operation, Operations } from './operations.ts'
export { requireReadOnly } from './read-only-statement.ts'
export { McpRefusal } from './refusal-error.ts'
export { type HttpServing, type ServeHttpOptions, serveHttp } from './serve-http.ts'
export { serveStdio } from './serve-stdio.ts'
