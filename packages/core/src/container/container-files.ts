import type { EngineClient } from '../engine/engine-client.ts'
import type { ContainerFile } from './create-request.ts'

/**
 * Copies files into a container, running or not.
 *
 * @throws EngineError
 */
export async function copyIn(engine: EngineClient, id: string, files: readonly ContainerFile[]): Promise<void> {
  const { createTar } = await import('nanotar')
  const archive = createTar(
    files.map(({ path, content, mode }) => ({
      name: path.slice(1),
      data: content,
      attrs: { mode: mode.toString(8), uid: 0, gid: 0 },
    })),
  )
  await engine.putArchive(id, archive)
}

/**
 * Reads a text file out of a container, running or not; `undefined` when there is no such file or container.
 *
 * @throws EngineError
 */
export async function readOut(engine: EngineClient, id: string, path: string): Promise<string | undefined> {
  const archive = await engine.getArchive(id, path)
  if (archive === undefined) return undefined
  const { parseTar } = await import('nanotar')
  // The parser reads the memory behind the bytes from its start, which Node shares between small buffers.
  return parseTar(new Uint8Array(archive)).find(({ type }) => type === 'file')?.text
}
