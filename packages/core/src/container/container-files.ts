import type { EngineClient } from '../engine/engine-client.ts'
import type { ContainerFile } from './create-request.ts'

/** What a tar archive is made of, in bytes: a header and the content of each file, and an end mark of two blocks. */
const BLOCK = 512

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
  const blocks = files.map(({ content }) => 1 + Math.ceil(Buffer.byteLength(content) / BLOCK))
  const end = BLOCK * (2 + blocks.reduce((sum, count) => sum + count, 0))
  // The archive is padded to 10 KiB. Podman stops reading at the end mark, and what is still to be written fails then.
  await engine.putArchive(id, archive.subarray(0, end))
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
