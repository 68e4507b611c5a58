/**
 * A local page that shows whose ports, containers and test runs are on this machine: start with {@link serveDashboard}.
 *
 * @module
 */

export type { Action, ActionInput, DashboardParts, Operations, SqlInput } from './operations.ts'
export { type DashboardServing, type ServeDashboardOptions, serveDashboard } from './serve-dashboard.ts'
export type { ActionName, ActionPreview, SqlAnswer, StartDetails } from './state.ts'
