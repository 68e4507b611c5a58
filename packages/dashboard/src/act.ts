import type { PortRegistry } from '@iris-devtester/core/ports'
import { DashboardRefusal } from './dashboard-refusal.ts'
import { historyEntry } from './instance-details.ts'
import type { Operations } from './operations.ts'
import type { ActionName, ActionPreview, ActionResult } from './state.ts'

/** A request for an action. */
export interface ActRequest {
  readonly action: ActionName
  /** The instance's name; empty for `prune`. */
  readonly project: string
  /** What was typed, where the preview asked for it. */
  readonly confirm: string | undefined
  /** What the preview has named. */
  readonly ids: readonly string[]
}

/** What the action would touch, and whether a name has to be typed first. */
export async function previewAction(
  { actions }: Operations,
  action: ActionName,
  project: string,
): Promise<ActionPreview> {
  const preview = await actions[action].preview(project)
  return preview.runs.length === 0 ? preview : { ...preview, confirm: confirmationOf(project) }
}

/**
 * Does what the command of the same purpose does, and gives what it did and what the registry has recorded of it.
 *
 * @throws DashboardRefusal `CONFIRMATION_MISSING` where a live run uses it and its name wasn't typed
 */
export async function act(
  registry: PortRegistry,
  operations: Operations,
  { action, project, confirm, ids }: ActRequest,
): Promise<ActionResult> {
  const { runs } = await previewAction(operations, action, project)
  const force = runs.length > 0
  if (force && confirm !== confirmationOf(project)) {
    throw new DashboardRefusal(
      'CONFIRMATION_MISSING',
      `Nothing was done, because a live run uses it: ${runs.join('; ')}. To do it all the same, type its name: ${confirmationOf(project)}`,
    )
  }
  const before = new Set((await registry.history()).map((one) => JSON.stringify(one)))
  const lines = await operations.actions[action].run({ project, force, ids })
  const events = (await registry.history()).filter((one) => !before.has(JSON.stringify(one)))
  return { lines, events: events.map(historyEntry) }
}

/** The last part of the project's folder: what the page calls it. */
function confirmationOf(project: string): string {
  return project.split(/[/\\]/).findLast((part) => part !== '') ?? project
}
