import { randomBytes } from 'node:crypto'
import type { EngineClient } from '../../packages/core/src/engine/engine-client.ts'
import { importImage } from '../stand-in/image/import-image.ts'
import { packTar } from '../stand-in/image/tar.ts'

/** An image that is there under `tag`, and goes with the test. */
export interface TestImage extends AsyncDisposable {
  readonly tag: string
}

/** An image whose program is for a machine that nobody tests on: the head of an ELF file for SPARC V9. */
export async function importForeignImage(engine: EngineClient): Promise<TestImage> {
  const tag = `iris-devtester-test/foreign-${randomBytes(4).toString('hex')}:latest`
  const program = Buffer.alloc(256)
  Buffer.from('7f454c4602020100', 'hex').copy(program)
  program.writeUInt16BE(2, 16)
  program.writeUInt16BE(43, 18)
  program.writeUInt32BE(1, 20)
  const archive = packTar([{ path: 'iris-main', mode: 0o755, owner: 0, content: program }])
  await importImage(engine.endpoint, tag, archive, ['ENTRYPOINT ["/iris-main"]'])
  return {
    tag,
    [Symbol.asyncDispose]: async () => {
      await engine.text(`/images/${tag}`, { method: 'DELETE', query: { force: true } })
    },
  }
}
