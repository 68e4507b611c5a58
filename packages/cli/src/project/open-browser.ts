import { spawn } from 'node:child_process'

/** The programs that open an address here, the best first. */
function openers(platform: NodeJS.Platform, env: NodeJS.ProcessEnv): readonly (readonly [string, ...string[]])[] {
  if (platform === 'darwin') return [['open']]
  if (platform === 'win32') return [['rundll32', 'url.dll,FileProtocolHandler']]
  return [...(env.WSL_DISTRO_NAME ? [['wslview'] as const] : []), ['xdg-open']]
}

/** Opens the address in the user's browser. Where that can't be done, nothing happens: it has been printed, too. */
export function openBrowser(
  url: string,
  { platform = process.platform, env = process.env }: { platform?: NodeJS.Platform; env?: NodeJS.ProcessEnv } = {},
): void {
  const [next, ...others] = openers(platform, env)
  const attempt = (
    [program, ...words]: readonly [string, ...string[]],
    rest: readonly (readonly [string, ...string[]])[],
  ) => {
    const child = spawn(program, [...words, url], { stdio: 'ignore', detached: true, env })
    child.once('error', () => {
      const [another, ...left] = rest
      if (another) attempt(another, left)
    })
    child.unref()
  }
  if (next) attempt(next, others)
}
