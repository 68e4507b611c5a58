import type { EngineClient } from '../engine/engine-client.ts'
import { EngineError } from '../engine/engine-error.ts'
import { IrisContainerError } from './container-error.ts'
import type { ContainerFile, CreateRequest } from './create-request.ts'

/**
 * Creates and starts a container: the whole of it or nothing. Whatever fails, what had been created is removed again.
 *
 * @returns the container's id.
 * @throws IrisContainerError `CONTAINER_NAME_TAKEN`; EngineError with the engine's own words, a refused port among them.
 */
export async function createContainer(engine: EngineClient, request: CreateRequest): Promise<string> {
  const id = await create(engine, request)
  try {
    await copyIn(engine, id, request.files)
    await engine.startContainer(id)
    return id
  } catch (error) {
    await engine.removeContainer(id).catch(() => {})
    throw error
  }
}

async function create(engine: EngineClient, { name, body }: CreateRequest): Promise<string> {
  try {
    const answer = await engine.call<{ Id: string }>('/containers/create', {
      method: 'POST',
      query: { name },
      body,
      timeoutMs: 60_000,
    })
    return answer.Id
  } catch (error) {
    if (error instanceof EngineError && error.status === 409) throw nameTaken(name, error)
    throw error
  }
}

async function copyIn(engine: EngineClient, id: string, files: readonly ContainerFile[]): Promise<void> {
  const { createTar } = await import('nanotar')
  const archive = createTar(
    files.map(({ path, content, mode }) => ({
      name: path.slice(1),
      data: content,
      attrs: { mode: mode.toString(8) },
    })),
  )
  const response = await engine.open(`/containers/${id}/archive`, {
    method: 'PUT',
    query: { path: '/' },
    payload: archive,
  })
  response.resume()
}

/** The engine lets one container have a name, which is what decides between two that create at once. */
export function nameTaken(name: string, cause: unknown): IrisContainerError {
  return new IrisContainerError({
    code: 'CONTAINER_NAME_TAKEN',
    message: `A container named ${name} exists already.`,
    hint: `Stop it: npx iris-devtester down\nor remove it: docker rm -f ${name}`,
    details: { name },
    cause,
  })
}
