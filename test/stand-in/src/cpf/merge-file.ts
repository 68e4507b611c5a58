import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Instance } from '../instance/instance.ts'
import { applyCpf } from './apply-cpf.ts'

/**
 * Merges the file at `path` as `iris merge` does, saying what it says.
 *
 * @throws Error when the file can't be read by the instance's user; nothing is changed then.
 */
export function mergeFile(instance: Instance, path: string, say: (line: string) => void): void {
  say(`IRIS Merge of ${path} into ${join(instance.home, 'iris.cpf')}`)
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code === 'ENOENT' ? 'file not found' : 'permission denied'
    throw new Error(`ERROR #5001: Unable to open merge file ${path}: ${reason}`, { cause: error })
  }
  if (!instance.switches.ignoreMerge) applyCpf(instance, text)
  say('IRIS Merge completed successfully')
}
