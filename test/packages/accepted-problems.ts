import type { Problem, ProblemKind, ResolutionKind } from '@arethetypeswrong/core'
import type { Message } from 'publint'

/** A finding that we leave as it is. */
interface Accepted {
  /** Folders of the packages it is accepted in. Default: all. */
  readonly packages?: readonly string[]
  /** Entries it is accepted at. Default: all. */
  readonly entrypoints?: readonly string[]
  readonly because: string
}

/** What are-the-types-wrong finds and we accept, each with its reason. Anything else fails the check. */
const TYPES: readonly (Accepted & { readonly kind: ProblemKind; readonly resolutions?: readonly ResolutionKind[] })[] =
  [
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

/** What publint finds and we accept. */
const LINT: readonly (Accepted & { readonly code: Message['code'] })[] = [
  {
    code: 'CJS_WITH_ESMODULE_DEFAULT_EXPORT',
    packages: ['jest'],
    entrypoints: ['./jest-preset'],
    because: 'Jest alone loads a preset, and it takes the default export of a module that is marked so.',
  },
]

/** Whether one of are-the-types-wrong's findings is accepted. */
export function isAcceptedProblem(folder: string, problem: Problem): boolean {
  const where = problem as Partial<{ entrypoint: string; resolutionKind: ResolutionKind }>
  return TYPES.some(
    (one) =>
      one.kind === problem.kind &&
      applies(one, folder, where.entrypoint) &&
      (one.resolutions === undefined ||
        (where.resolutionKind !== undefined && one.resolutions.includes(where.resolutionKind))),
  )
}

/** Whether one of publint's findings is accepted. */
export function isAcceptedMessage(folder: string, { code, path }: Message): boolean {
  return LINT.some((one) => one.code === code && applies(one, folder, path[1]))
}

function applies({ packages, entrypoints }: Accepted, folder: string, entrypoint: string | undefined): boolean {
  return (packages?.includes(folder) ?? true) && (entrypoints?.includes(entrypoint ?? '') ?? true)
}
