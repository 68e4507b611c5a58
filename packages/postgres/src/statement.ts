import type { PoolClient, QueryConfig } from 'pg'

/** What a connection is told to do. */
export interface Statement {
  readonly text: string
  /** The server plans a statement with a name once for each connection. */
  readonly name?: string
  /** For a change: what is sent instead in a turn, or when it may have been executed before. */
  readonly insisting?: string
}

/** The text with its values in it: several statements in one round trip can't have any beside them. */
export function withValues(
  client: Pick<PoolClient, 'escapeLiteral'>,
  text: string,
  values: readonly unknown[],
): string {
  return text.replace(/\$(\d)/g, (_, number) => client.escapeLiteral(String(values[Number(number) - 1])))
}

/** What the driver is to send, and how long it waits for the answer, in ms; its types don't know that it can. */
export function limited(config: QueryConfig, timeoutMs: number): QueryConfig {
  return { ...config, query_timeout: timeoutMs } as QueryConfig
}
