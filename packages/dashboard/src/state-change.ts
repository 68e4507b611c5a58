import type { DashboardState, StateChange } from './state.ts'

/** What turns the one state into the other; `undefined` where they are the same. */
export function stateChange(before: DashboardState | undefined, now: DashboardState): StateChange | undefined {
  if (before === undefined) return now
  const about = isSame(before.about, now.about) ? undefined : now.about
  const ranges = changedEntries(before.ranges, now.ranges)
  const projects = changedEntries(before.projects, now.projects)
  if (!about && !ranges && !projects) return undefined
  return { ...(about ? { about } : {}), ...(ranges ? { ranges } : {}), ...(projects ? { projects } : {}) }
}

function changedEntries<T extends object>(
  before: Readonly<Record<string, T>>,
  now: Readonly<Record<string, T>>,
): Record<string, T | null> | undefined {
  const changed: Record<string, T | null> = {}
  for (const [key, value] of Object.entries(now)) if (!isSame(before[key], value)) changed[key] = value
  for (const key of Object.keys(before)) if (!Object.hasOwn(now, key)) changed[key] = null
  return Object.keys(changed).length === 0 ? undefined : changed
}

function isSame(one: object | undefined, other: object): boolean {
  return JSON.stringify(one) === JSON.stringify(other)
}
