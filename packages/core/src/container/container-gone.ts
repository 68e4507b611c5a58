import { EngineError } from '../engine/engine-error.ts'
import { IrisContainerError } from './container-error.ts'

/** What was to be created or started. */
export interface StartSubject {
  readonly name: string
  readonly image: string
}

/** Whether an engine refuses something because the container has been removed, or is being removed. */
export function isGoneRefusal(error: unknown): boolean {
  return (
    error instanceof EngineError &&
    error.code === 'ENGINE_REQUEST_FAILED' &&
    /no such container|marked for removal/i.test(String(error.details.reason))
  )
}

/**
 * Somebody removed the container during its start.
 *
 * @param seen its output as far as it is known.
 */
export function containerGone({ name, image }: StartSubject, seen: readonly string[] = []): IrisContainerError {
  const tail = seen.map((line) => `  | ${line}`).join('\n')
  return new IrisContainerError({
    code: 'CONTAINER_GONE',
    message: `Somebody removed the container ${name} (image ${image}) while IRIS started in it.${tail && `\nIts last lines:\n${tail}`}`,
    hint: 'Start again; to see who removes containers: docker events --filter type=container',
    details: { container: name, image, logTail: seen },
  })
}
