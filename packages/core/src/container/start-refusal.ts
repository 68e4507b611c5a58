import { EngineError } from '../engine/engine-error.ts'
import { cliCommand } from '../errors/cli-command.ts'
import { type ContainerErrorCode, IrisContainerError } from './container-error.ts'
import { containerGone, isGoneRefusal, type StartSubject } from './container-gone.ts'
import { isPortRefusal } from './port-refusal.ts'

/**
 * Explains why an engine did not create or start a container. A refused port stays the engine's own error, as whoever
 * chose the port knows what to do about it.
 */
export function startRefused(error: unknown, subject: StartSubject): unknown {
  if (!(error instanceof EngineError) || error.code !== 'ENGINE_REQUEST_FAILED') return error
  const reason = String(error.details.reason)
  if (error.status === 409 && /name .* is already in use/i.test(reason)) return nameTaken(subject.name, error)
  if (isPortRefusal(reason)) return error
  if (isGoneRefusal(error)) return containerGone(subject)
  const { code, hint } = explain(reason, subject)
  return new IrisContainerError({
    code,
    message: `The container engine could not start container ${subject.name} (image ${subject.image}): ${reason.trim()}`,
    hint,
    details: { container: subject.name, image: subject.image, reason, status: error.status },
    cause: error,
  })
}

/** The engine lets one container have a name, which is what decides between two that create at once. */
export function nameTaken(name: string, cause: unknown): IrisContainerError {
  return new IrisContainerError({
    code: 'CONTAINER_NAME_TAKEN',
    message: `A container named ${name} already exists.`,
    hint: `If it is this project's, remove it: ${cliCommand()} down\nSee whose it is otherwise: docker inspect --format '{{json .Config.Labels}}' ${name}\nIf nobody uses it, remove it with all its data: docker rm -f ${name}`,
    details: { name },
    cause,
  })
}

function explain(reason: string, { image }: StartSubject): { code: ContainerErrorCode; hint: string } {
  if (/exec format error|does not match the (specified|detected) .*platform/i.test(reason)) {
    return {
      code: 'IMAGE_WRONG_ARCHITECTURE',
      hint: `Use an image for this machine's architecture. This one's: docker image inspect --format '{{.Architecture}}' ${image}`,
    }
  }
  if (/no such image/i.test(reason)) return { code: 'IMAGE_UNAVAILABLE', hint: `Get it: docker pull ${image}` }
  if (/executable file not found|no such file or directory|permission denied.*exec|exec: /i.test(reason)) {
    return {
      code: 'CONTAINER_REFUSED',
      hint: `Check the command and the entry point: arguments go to the image's own entry point, iris-main. What it is: docker image inspect --format '{{.Config.Entrypoint}}' ${image}`,
    }
  }
  if (/mount|bind source/i.test(reason)) {
    return { code: 'CONTAINER_REFUSED', hint: 'Check the mounts: each source must exist on the engine’s machine.' }
  }
  if (/memory|cpus?\b/i.test(reason)) {
    return {
      code: 'CONTAINER_REFUSED',
      hint: "Ask for less memory or fewer CPUs. The engine's: docker info --format '{{.NCPU}} {{.MemTotal}}'",
    }
  }
  return { code: 'CONTAINER_REFUSED', hint: `Start it by hand to see more: docker run --rm -it ${image}` }
}
