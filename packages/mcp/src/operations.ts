import type { ToolName } from './tools.ts'

/**
 * What a tool does for one project. It returns plain data and throws errors whose `toJSON()` is the refusal.
 *
 * @param projectPath absolute, of a folder that the client may use
 * @param input what the tool's input schema let through, without `project`
 */
export type Operation = (projectPath: string, input: Readonly<Record<string, unknown>>) => Promise<object>

/** The work behind the tools, by their names. The command line passes its own commands, so both do the same. */
export type Operations = Readonly<Record<ToolName, Operation>>
