import { join } from 'node:path'
import { ensureFolders } from '../../packages/core/src/ports/store/registry-folder.ts'
import { locateRegistry } from '../../packages/core/src/ports/store/registry-location.ts'

/** Where to make registries' folders, how many, and when to begin, in ms since 1970. */
export interface FolderTask {
  readonly folder: string
  readonly count: number
  readonly at: number
}

// Makes the folders of many registries, each at the same moment as others of its kind.
process.on('message', ({ folder, count, at }: FolderTask) => {
  const errors: string[] = []
  for (let index = 0; index < count; index += 1) {
    // A timer would wake the processes too far apart.
    while (Date.now() < at + 2 * index);
    try {
      ensureFolders(locateRegistry({ registryPath: join(folder, `${index}`, 'deep', 'home', 'port-registry.json') }))
    } catch (error) {
      errors.push(String(error))
    }
  }
  process.send?.(errors)
})
process.send?.('ready')
