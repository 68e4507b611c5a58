import { shellWord } from '../errors/shell-word.ts'
import type { LeaseRecord } from '../ports/lease-record.ts'
import type { RegistryDocument } from '../ports/registry-document.ts'
import type { HoldContext } from './hold-context.ts'
import { preparerOf } from './lease-book.ts'
import { LeaseError } from './lease-error.ts'

/** The container has other settings, and another run needs them. */
export function busy({ acquisition: { projectPath } }: HoldContext, holder: LeaseRecord): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_BUSY',
    message: `The container of ${projectPath} is in use with other settings by ${nameOf(holder)}.`,
    hint: 'Wait for that run to end, use the same settings (image, memory, merge lines, …), or give this one a project of its own:\nexport IRIS_PROJECT_PATH=<another folder>',
    details: { projectPath, holder },
  })
}

/** Another run was at it for longer than a start may take. */
export function waitedTooLong({ acquisition, registry }: HoldContext, document: RegistryDocument): LeaseError {
  const { projectPath } = acquisition
  const preparer = preparerOf(document, projectPath)
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `Another run, ${preparer ? nameOf(preparer) : 'unknown'}, was starting the container of ${projectPath}, but it did not become ready in time.`,
    hint: `End that run, then try again. Who holds what: npx iris-devtester ports inspect ${shellWord(projectPath)}`,
    details: { projectPath, preparer, registry: registry.registryPath },
  })
}

/** It runs and was ready once, but hangs. */
export function unresponsive(name: string, milliseconds: number): LeaseError {
  return new LeaseError({
    code: 'CONTAINER_WAIT_TIMEOUT',
    message: `The container ${name} runs, but its superserver has not answered for ${milliseconds / 1_000} s.`,
    hint: `Restart it: npx iris-devtester restart\nor look at it: docker logs ${name}`,
    details: { name },
  })
}

function nameOf({ runner, process, acquired_at }: LeaseRecord): string {
  return `${runner} (pid ${process.pid}, since ${acquired_at})`
}
