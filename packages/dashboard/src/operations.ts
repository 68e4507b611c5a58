import type { ContainerAccess } from '@iris-devtester/core'
import type { PortRegistry } from '@iris-devtester/core/ports'
import type { ActionName, ActionPreview, SqlAnswer, StartDetails } from './state.ts'

/** What an action is about. */
export interface ActionInput {
  /** The instance's name in the registry; empty for `prune`, which is about all projects. */
  readonly project: string
  /** Whether it is done under live runs, too. */
  readonly force: boolean
  /** What the preview has shown, where that names containers. */
  readonly ids: readonly string[]
}

/** What an action is, in the command line's hands: the page and the commands do the same. */
export interface Action {
  preview(project: string): Promise<Omit<ActionPreview, 'confirm'>>
  /** @returns what was done, line by line */
  run(input: ActionInput): Promise<readonly string[]>
}

/** A statement that only reads, and where it runs. */
export interface SqlInput {
  readonly project: string
  readonly namespace: string | undefined
  readonly query: string
  readonly signal: AbortSignal
}

/** The work behind the page's buttons. Errors' `toJSON()` is what the page shows. */
export interface Operations {
  readonly actions: Readonly<Record<ActionName, Action>>
  sql(input: SqlInput): Promise<SqlAnswer>
}

/** What a dashboard needs. */
export interface DashboardParts {
  readonly registry: PortRegistry
  /** Looks for the engine; it may be away, and come back elsewhere. */
  readonly findEngine: () => Promise<ContainerAccess['engine']>
  /** Loads the work behind the page's buttons. Asked for at each call. */
  readonly operations: () => Promise<Operations>
  /** The last starts of an instance, the newest first. */
  readonly starts: (project: string) => Promise<readonly StartDetails[]>
}
