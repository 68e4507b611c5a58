import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { show } from '../setup/run.mjs'
import { root } from '../setup/workspace.mjs'

/** Runs the tests of every example, one after another; gives those that failed. */
export async function runExamples(env: NodeJS.ProcessEnv): Promise<string[]> {
  const failed: string[] = []
  for (const name of readdirSync(join(root, 'examples')).sort()) {
    console.log(`\n— example ${name}`)
    if ((await show('npm', ['test', '--prefix', join('examples', name)], env)) !== 0) failed.push(`example ${name}`)
  }
  return failed
}
