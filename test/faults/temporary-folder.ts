import { mkdtempSync, realpathSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

/** A folder of one's own that is gone at the end of the block. */
export class TemporaryFolder implements Disposable {
  readonly path: string

  constructor(parent = tmpdir()) {
    this.path = realpathSync(mkdtempSync(join(parent, 'iris-ports-')))
  }

  /** The path of a registry in a new folder in it, or in `folder`. */
  registry(folder: string = crypto.randomUUID()): string {
    return join(this.path, folder, 'port-registry.json')
  }

  [Symbol.dispose](): void {
    rmSync(this.path, { recursive: true, force: true })
  }
}
