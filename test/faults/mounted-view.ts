import { execFileSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PortRegistry, type RegistryWarning } from '../../packages/core/src/ports/index.ts'
import { TemporaryFolder } from './temporary-folder.ts'

export interface MountedViewFigures {
  /** What was warned of. */
  readonly warnings: readonly RegistryWarning[]
  /** Whether the assignment is there for who asks later. */
  readonly kept: boolean
}

/**
 * Assigns a port while the view is a mounted file, as people mount a single file into a container: it can be read and
 * written, but nothing can take its place.
 *
 * @param text what the mounted file holds; as it was published where it's left out
 */
export async function meetMountedView(text?: string): Promise<MountedViewFigures> {
  using folder = new TemporaryFolder()
  const warnings: RegistryWarning[] = []
  const registryPath = folder.registry('r')
  const open = () => new PortRegistry({ registryPath, docker: false, onWarning: (one) => warnings.push(one) })
  await open().assignPort('/fault/before')
  const mounted = join(folder.path, 'mounted')
  writeFileSync(mounted, text ?? readFileSync(registryPath))
  execFileSync('mount', ['--bind', mounted, registryPath])
  try {
    const { port } = await open().assignPort('/fault/during')
    const kept = (await open().getAssignment('/fault/during'))?.port === port
    return { warnings, kept }
  } finally {
    execFileSync('umount', [registryPath])
  }
}
