import { aptInstall } from './apt.mjs'
import { findProgram, isDebian, thisSystem } from './system.mjs'

/**
 * Sees to it that there is an ssh server for the tests of engines behind ssh, which start one of their own on loopback. As
 * root on Debian or Ubuntu it is installed; elsewhere those tests are left out, and the line says so.
 *
 * @returns {Promise<import('./step.mjs').Outcome>}
 */
export async function provideSshServer(env = process.env, system = thisSystem()) {
  const found = findProgram(['sshd'], env)
  if (found) return { already: true, what: found }
  if (!system.administrator || !isDebian(system)) {
    return { already: true, what: 'no sshd here; tests of engines behind ssh are left out' }
  }
  await aptInstall(['openssh-server', 'openssh-client'])
  return { already: false, what: 'installed openssh-server' }
}
