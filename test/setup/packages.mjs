import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { capture, tail } from './run.mjs'
import { SetUpError } from './set-up-error.mjs'
import { hashFiles, unlessStamped } from './stamp.mjs'
import { say } from './step.mjs'
import { memory, node, root } from './workspace.mjs'

const pnpm = 'pnpm@12.21.0'
// An exact version needs no question to the registry once it is in npm's cache.
const npx = ['--prefer-offline', '--yes', pnpm]

/** Installs what the lockfile says, unless that was done before. */
export async function installPackages() {
  const manifests = [...packageFolders('packages'), ...packageFolders('examples'), 'test/stand-in']
    .map((folder) => join(folder, 'package.json'))
    .concat('package.json', 'pnpm-lock.yaml', 'pnpm-workspace.yaml')
  const state = { hash: hashFiles(root, manifests), stillThere: existsSync(node) }
  const did = await unlessStamped(join(memory, 'installed'), state, async () => {
    say('Installing packages: about half a minute the first time.')
    // CI: pnpm asks nobody before it replaces a folder it can't use.
    const env = { ...process.env, CI: 'true' }
    const { code, output } = await capture('npx', [...npx, 'install', '--frozen-lockfile'], { env })
    if (code === 0) return
    throw new SetUpError(
      `Installing the packages failed (exit code ${code}):\n${tail(output)}`,
      `Check the network, then try by hand:\nnpx --yes ${pnpm} install --frozen-lockfile`,
    )
  })
  return { already: !did, what: did ? `installed with ${pnpm}` : 'as the lockfile says' }
}

/** Builds every package, unless their sources are those of the last build. */
export async function buildPackages() {
  const folders = packageFolders('packages')
  const state = {
    hash: hashFiles(root, [...folders, 'tsconfig.base.json', 'pnpm-lock.yaml']),
    stillThere: folders.every((folder) => existsSync(join(root, folder, 'dist'))),
  }
  const did = await unlessStamped(join(memory, 'built'), state, async () => {
    const { code, output } = await capture('npx', [...npx, 'run', 'build'])
    if (code === 0) return
    throw new SetUpError(
      `Building the packages failed (exit code ${code}):\n${tail(output, 40)}`,
      `npx --yes ${pnpm} run build`,
    )
  })
  return { already: !did, what: did ? `${folders.length} built` : 'as the sources are' }
}

/**
 * The folders with a package of their own under one of the workspace's folders.
 * @param {string} parent
 */
function packageFolders(parent) {
  if (!existsSync(join(root, parent))) return []
  return readdirSync(join(root, parent))
    .map((name) => join(parent, name))
    .filter((folder) => existsSync(join(root, folder, 'package.json')))
}
