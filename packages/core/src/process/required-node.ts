import { IrisDevtesterError } from '../errors/iris-devtester-error.ts'

/** The oldest Node, as the packages' `engines` have it. */
export const OLDEST_NODE = '22.22'

/**
 * Refuses a Node on which nothing here can work, before something fails with an error that doesn't say so. npm only warns
 * of it when it installs.
 *
 * @throws IrisDevtesterError `NODE_TOO_OLD`
 */
export function requireNode(version = process.versions.node): void {
  const needed = OLDEST_NODE
  if (Number.parseInt(version, 10) >= Number.parseInt(needed, 10)) return
  throw new IrisDevtesterError({
    code: 'NODE_TOO_OLD',
    message: `This is Node ${version}, but ${needed} or later is needed.`,
    hint: `Install a newer one, for example with a version manager: nvm install ${Number.parseInt(needed, 10)}\nWhich one is used here: node --version`,
    details: { version, needed },
  })
}
