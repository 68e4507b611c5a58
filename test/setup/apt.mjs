import { capture, tail } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'

/**
 * Installs Debian packages without anything they merely recommend. It needs root.
 *
 * @param {readonly string[]} names
 * @param {Readonly<Record<string, string>>} [variables] for the packages' own scripts
 * @throws {SetUpError} with the end of apt-get's output
 */
export async function aptInstall(names, variables = {}) {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', ...variables }
  for (const args of [['update'], ['install', '-y', '--no-install-recommends', ...names]]) {
    const { code, output } = await capture('apt-get', args, { env })
    if (code === 0) continue
    throw new SetUpError(
      `apt-get ${args.join(' ')} failed (exit code ${code}):\n${tail(output)}`,
      `Check the network and the package sources, then try by hand:\napt-get update && apt-get install -y --no-install-recommends ${names.join(' ')}`,
    )
  }
}
