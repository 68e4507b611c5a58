import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'

/** How long a program takes from its start to the first thing it writes, in ms. Waits for its end. */
export async function timeToFirstOutput(program: string, env: NodeJS.ProcessEnv): Promise<number> {
  const began = performance.now()
  const child = spawn(process.execPath, [fileURLToPath(new URL(program, import.meta.url))], {
    env,
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  const exit = once(child, 'exit')
  const word = await Promise.race([once(child.stdout, 'data').then(() => performance.now() - began), exit])
  const [code] = await exit
  if (typeof word !== 'number' || code !== 0) throw new Error(`${program} ended with ${code}`)
  return word
}
