import { type LoadedFiles, loadFiles } from '@iris-devtester/core'
import type { Call } from '@iris-devtester/mcp'
import type { CommandContext } from '../program/command-definition.ts'
import { requireRunning } from './container-access.ts'

/** What to load, and where to. */
export interface LoadInput {
  readonly files: readonly string[]
  readonly namespace: string | undefined
}

/** Loads files of the client's roots into the project's running container. */
export async function loadIntoIris(
  context: CommandContext,
  { files, namespace }: LoadInput,
  { roots, signal }: Call,
): Promise<LoadedFiles> {
  const { access, container } = await requireRunning(context)
  return loadFiles(access, container, {
    patterns: files,
    within: roots,
    credentials: { namespace },
    runner: 'mcp load',
    signal,
  })
}
