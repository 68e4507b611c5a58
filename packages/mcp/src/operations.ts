import type { ToolName } from './tools.ts'

/** What an operation is told of the call that it serves. */
export interface Call {
  /** The folders that the client may use; absolute. */
  readonly roots: readonly string[]
  /** Aborts when the client cancels the call, or goes. */
  readonly signal: AbortSignal
  /** Tells the client, where it wants to know, how far the work is. */
  readonly onProgress: (message: string) => void
}

/**
 * What a tool does for one project. It returns plain data and throws errors whose `toJSON()` is the refusal.
 *
 * @param projectPath absolute, of a folder that the client may use
 * @param input what the tool's input schema let through, without `project`
 */
export type Operation = (projectPath: string, input: Readonly<Record<string, unknown>>, call: Call) => Promise<object>

/** The work behind the tools, by their names. The command line passes its own commands, so both do the same. */
export type Operations = Readonly<Record<ToolName, Operation>>
