import type { Problem, ProblemKind, ResolutionKind } from '@arethetypeswrong/core'

/** A finding of are-the-types-wrong that we leave as it is. */
interface AcceptedProblem {
  readonly kind: ProblemKind
  /** Folders of the packages it is accepted in. Default: all. */
  readonly packages?: readonly string[]
  /** Entries it is accepted at. Default: all. */
  readonly entrypoints?: readonly string[]
  /** Ways of resolving it is accepted in. Default: all. */
  readonly resolutions?: readonly ResolutionKind[]
  readonly because: string
}

/** What are-the-types-wrong finds and we accept, each with its reason. Anything else fails the check. */
export const ACCEPTED_PROBLEMS: readonly AcceptedProblem[] = [
  {
    kind: 'NoResolution',
    resolutions: ['node10'],
    because:
      'TypeScript 6 ended the resolution of Node 10, which knows no `exports`; the packages need a Node that has them.',
  },
  {
    kind: 'CJSResolvesToESM',
    packages: ['vitest', 'playwright'],
    because: 'Vitest is ESM itself, and both load their configuration as such: a second build would never be loaded.',
  },
  {
    kind: 'UntypedResolution',
    packages: ['jest'],
    entrypoints: ['./jest-preset'],
    because: 'Jest finds a preset by its name and nobody imports it, so it has no types.',
  },
]

/** Why a finding is accepted; `undefined` when it isn't. */
export function acceptedBecause(folder: string, problem: Problem): string | undefined {
  const where = problem as Partial<{ entrypoint: string; resolutionKind: ResolutionKind }>
  return ACCEPTED_PROBLEMS.find(
    ({ kind, packages, entrypoints, resolutions }) =>
      kind === problem.kind &&
      (packages?.includes(folder) ?? true) &&
      (entrypoints?.includes(where.entrypoint ?? '') ?? true) &&
      (resolutions === undefined || (where.resolutionKind !== undefined && resolutions.includes(where.resolutionKind))),
  )?.because
}
