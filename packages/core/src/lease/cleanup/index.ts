/**
 * Everything that cleans up, and the one way into it. Who does what, and when:
 *
 * | what | does | when |
 * | --- | --- | --- |
 * | {@link sweep} | what the registry alone calls for: ends dead leases and drops their namespaces, removes containers and kept namespaces past their idle limit, finishes or undoes interrupted replacements | the reaper each second; each run that finds no live reaper |
 * | `reconcile` | compares the registry with an engine: forgets containers that are gone, removes half-made ones that nobody recorded, takes up those that a lost registry knew | the reaper each minute and before it ends |
 * | {@link ensureReaper} | starts the reaper, the detached process that does both | each run |
 * | {@link removeContainer} | removes one container with its record and ports: claim, remove, forget | all of these; a run whose start failed; `down` |
 * | {@link settleSetAside} | removes a container whose replacement is ready, brings back one whose replacement failed | the replacing run; a sweep after it was killed |
 * | {@link prune} | removes containers that no run uses | a user's `prune` |
 *
 * @module
 */

export { isEmpty, planSweep } from './plan-sweep.ts'
export { findPrunable, type PruneCandidate, type PruneReason, prune } from './prune-containers.ts'
export { ensureReaper, hasReaper, isOldestRun } from './reaper-process.ts'
export { endClaimed, forgetContainer, removeContainer } from './remove-container.ts'
export { settleSetAside } from './settle-set-aside.ts'
export { sweep } from './sweep.ts'
